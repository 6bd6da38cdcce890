import { dialog, h, icon, iconButton, popover, toast } from './dom.js';
import { gist } from './format.js';
import { emoji } from './emoji.js';

// Composer writes as the customer: text, files, voice, location, contact.
export class Composer {
  constructor(state, actions) {
    this.state = state;
    this.actions = actions;
    this.drafts = new Map();
    this.quoted = null;
    this.quote_ = h('div', { class: 'quoting', hidden: true });
    this.field = h('textarea', {
      class: 'field', rows: 1, placeholder: 'Message', 'aria-label': 'Message',
      oninput: () => this.grow(),
      onkeydown: (e) => {
        if (e.key === 'Enter' && !e.shiftKey && !e.isComposing) { e.preventDefault(); this.sendText(); }
        if (e.key === 'Escape' && this.quoted) { e.preventDefault(); this.quote(null); }
      },
      onpaste: (e) => {
        const file = [...(e.clipboardData?.files ?? [])][0];
        if (file) { e.preventDefault(); this.preview(file); }
      },
    });
    this.attachButton = iconButton('attach', 'Attach', () => this.menu());
    this.emojiButton = iconButton('smile', 'Emoji', () => this.emojis());
    this.mainButton = h('button', { type: 'button', class: 'icon-button solid main', onclick: () => this.main() });
    this.picker = h('input', { type: 'file', hidden: true, 'aria-label': 'File', onchange: () => { if (this.picker.files[0]) this.preview(this.picker.files[0]); this.picker.value = ''; } });
    this.el = h('footer', { class: 'composer' }, this.quote_, h('div', { class: 'composer-line' }, this.attachButton, h('div', { class: 'field-box' }, this.field, this.emojiButton), this.mainButton), this.picker);
    this.el.addEventListener('dragover', (e) => e.preventDefault());
    this.el.addEventListener('drop', (e) => { e.preventDefault(); if (e.dataTransfer.files[0]) this.preview(e.dataTransfer.files[0]); });
  }

  draw() {
    const { state } = this;
    const key = state.customer && state.number ? `${state.customer} ${state.number.phone_number_id}` : null;
    this.el.hidden = key === null;
    if (key !== this.key) {
      if (this.key) this.drafts.set(this.key, this.field.value);
      this.key = key;
      this.field.value = this.drafts.get(key) ?? '';
      this.quote(null, false);
    }
    this.grow();
  }

  focus() { if (!this.el.hidden && matchMedia('(pointer: fine)').matches) this.field.focus(); }

  grow() {
    this.field.style.height = 'auto';
    this.field.style.height = `${Math.min(this.field.scrollHeight, 140)}px`;
    const [name, label] = this.recorder ? ['stop', 'Stop and send'] : this.field.value.trim() ? ['send', 'Send'] : ['mic', 'Record a voice message'];
    if (this.mainButton.dataset.is !== name) {
      this.mainButton.dataset.is = name;
      this.mainButton.setAttribute('aria-label', label);
      this.mainButton.title = label;
      this.mainButton.replaceChildren(icon(name));
    }
  }

  quote(m, focus = true) {
    this.quoted = m;
    this.quote_.hidden = !m;
    this.quote_.replaceChildren(...(m ? [
      h('span', { class: 'quote' }, h('span', { class: 'quote-who' }, m.direction === 'in' ? 'You' : this.state.number.name), h('span', { class: 'clip' }, gist(m))),
      iconButton('close', 'Do not reply to it', () => this.quote(null)),
    ] : []));
    if (focus) this.field.focus();
  }

  context() {
    const context = this.quoted ? { context: { message_id: this.quoted.id } } : {};
    this.quote(null, false);
    return context;
  }

  main() {
    if (this.recorder) this.recorder.stop();
    else if (this.field.value.trim()) this.sendText();
    else this.record();
  }

  async sendText() {
    const text = this.field.value.trim();
    if (!text) return;
    const quoted = this.quoted;
    this.field.value = '';
    const sent = await this.actions.send({ type: 'text', text: { body: text }, ...this.context() });
    if (!sent) {
      this.field.value = text;
      if (quoted) this.quote(quoted);
    }
    this.grow();
    this.field.focus();
  }

  menu() {
    let close = () => {};
    const item = (name, label, act) => h('button', { type: 'button', class: 'menu-item', onclick: () => { close(); act(); } }, icon(name), label);
    const choose = (accept) => { this.picker.accept = accept; this.picker.click(); };
    const sample = (type, body = {}) => this.actions.send({ type, [type]: body, ...this.context() });
    const panel = h('div', { class: 'menu', role: 'group', 'aria-label': 'Attach' },
      item('photo', 'Photo or video…', () => choose('image/*,video/*')),
      item('file', 'Document…', () => choose('')),
      item('pin', 'Location…', () => this.location()),
      item('person', 'Contact card…', () => this.contact()),
      h('div', { class: 'menu-head' }, 'Ready-made'),
      item('photo', 'Photo', () => sample('image')),
      item('file', 'PDF', () => sample('document')),
      item('mic', 'Voice message', () => sample('audio', { voice: true })),
      item('sticker', 'Sticker', () => sample('sticker')));
    close = popover(this.attachButton, panel);
  }

  emojis() {
    const panel = h('div', { class: 'menu emojis', role: 'group', 'aria-label': 'Emoji' }, emoji.map((e) => h('button', { type: 'button', 'aria-label': e, onclick: () => this.insert(e) }, e)));
    popover(this.emojiButton, panel);
  }

  insert(text) {
    this.field.setRangeText(text, this.field.selectionStart, this.field.selectionEnd, 'end');
    this.grow();
  }

  // preview shows a chosen file and asks for a caption.
  preview(file) {
    const group = file.type.split('/')[0];
    const type = file.type === 'image/jpeg' || file.type === 'image/png' ? 'image' : file.type === 'video/mp4' || file.type === 'video/3gpp' ? 'video' : group === 'audio' ? 'audio' : 'document';
    const url = URL.createObjectURL(file);
    const shown = { image: () => h('img', { src: url, alt: file.name }), video: () => h('video', { src: url, controls: true, 'aria-label': file.name }), audio: () => h('audio', { src: url, controls: true, 'aria-label': file.name }) }[type]?.() ?? h('p', { class: 'file' }, icon('file'), file.name);
    const caption = h('input', { id: 'caption', autocomplete: 'off', maxLength: 1024 });
    dialog('Send a file', h('div', { class: 'lightbox' }, shown), (close) => h('form', {
      class: 'form', onsubmit: async (e) => {
        e.preventDefault();
        close();
        const body = {};
        if (caption.value) body.caption = caption.value;
        if (type === 'document') body.filename = file.name;
        await this.actions.upload({ type, [type]: body, ...this.context() }, file, file.name);
        URL.revokeObjectURL(url);
      },
    }, type !== 'audio' && [h('label', { for: 'caption' }, 'Caption'), caption], h('div', { class: 'form-foot' }, h('button', { type: 'submit', class: 'button primary' }, 'Send'))));
  }

  // record takes a voice note from the microphone; without one, a built-in
  // sample is sent in its place.
  async record() {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } });
    } catch {
      toast('There is no microphone to record with, so a sample was sent.');
      await this.actions.send({ type: 'audio', audio: { voice: true }, ...this.context() });
      return;
    }
    const mimeType = ['audio/ogg;codecs=opus', 'audio/webm;codecs=opus', 'audio/mp4'].find((t) => MediaRecorder.isTypeSupported(t));
    const parts = [];
    this.recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: 24000 });
    this.recorder.addEventListener('dataavailable', (e) => parts.push(e.data));
    this.recorder.addEventListener('stop', async () => {
      stream.getTracks().forEach((t) => t.stop());
      this.recorder = null;
      clearInterval(this.ticking);
      this.field.placeholder = 'Message';
      this.grow();
      await this.actions.upload({ type: 'audio', audio: { voice: true }, ...this.context() }, new Blob(parts, { type: mimeType }), 'voice.webm');
    });
    this.recorder.start();
    const began = Date.now();
    const show = () => { this.field.placeholder = `Recording… ${Math.floor((Date.now() - began) / 1000)} s`; };
    show();
    this.ticking = setInterval(show, 500);
    this.grow();
  }

  location() {
    const places = [
      ['Main Square', 'Hlavné námestie, Bratislava', 48.14353, 17.10811], ['Ibirapuera Park', 'Av. Pedro Álvares Cabral, São Paulo', -23.58742, -46.65763],
      ['Ban Jelačić Square', 'Trg bana Jelačića, Zagreb', 45.8131, 15.97722], ['Alexander Nevsky Cathedral', 'pl. Sveti Aleksandar Nevski, Sofia', 42.69579, 23.33283], ['Trafalgar Square', 'London', 51.50806, -0.12806],
    ];
    const send = (location) => this.actions.send({ type: 'location', location, ...this.context() });
    dialog('Send a location', (close) => h('div', { class: 'list' },
      h('button', { type: 'button', class: 'list-row', onclick: () => {
        navigator.geolocation?.getCurrentPosition(
          (p) => { close(); send({ latitude: p.coords.latitude, longitude: p.coords.longitude }); },
          () => toast('The browser did not tell where this is. Choose a place instead.'));
      } }, h('span', null, 'Where I am'), h('small', null, 'Asks the browser')),
      places.map(([name, address, latitude, longitude]) => h('button', { type: 'button', class: 'list-row', onclick: () => { close(); send({ latitude, longitude, name, address }); } }, h('span', null, name), h('small', null, address)))));
  }

  contact() {
    const name = h('input', { id: 'card-name', required: true, value: 'Peter Novák', autocomplete: 'off' });
    const phone = h('input', { id: 'card-phone', required: true, type: 'tel', value: '+421 903 555 010', autocomplete: 'off' });
    dialog('Send a contact card', (close) => h('form', {
      class: 'form', onsubmit: (e) => {
        e.preventDefault();
        close();
        const [first, ...rest] = name.value.trim().split(/\s+/);
        this.actions.send({
          type: 'contacts', ...this.context(),
          contacts: [{ name: { formatted_name: name.value.trim(), first_name: first, last_name: rest.join(' ') || undefined }, phones: [{ phone: phone.value, type: 'CELL', wa_id: phone.value.replace(/\D/g, '') }] }],
        });
      },
    }, h('label', { for: 'card-name' }, 'Name'), name, h('label', { for: 'card-phone' }, 'Phone'), phone, h('div', { class: 'form-foot' }, h('button', { type: 'submit', class: 'button primary' }, 'Send'))));
  }
}
