import { dialog, h, icon, iconButton, popover, toast } from './dom.js';
import { gist } from './format.js';
import { emoji } from './emoji.js';
import { t } from './words.js';

// Composer writes as the customer: text, files, voice, location, contact.
export class Composer {
  constructor(state, actions) {
    this.state = state;
    this.actions = actions;
    this.drafts = new Map();
    this.quoted = null;
    this.quote_ = h('div', { class: 'quoting', hidden: true });
    this.field = h('textarea', {
      class: 'field', rows: 1, placeholder: t('compose'), 'aria-label': t('compose'), dir: 'auto',
      oninput: () => this.grow(),
      onkeydown: (e) => {
        if (e.key === 'Enter' && !e.shiftKey && !e.isComposing) { e.preventDefault(); this.sendText(); }
        if (e.key === 'Escape' && this.edited) { e.preventDefault(); this.edit(null); }
        if (e.key === 'Escape' && this.quoted) { e.preventDefault(); this.quote(null); }
        if (e.key === 'ArrowUp' && !this.field.value && !this.quoted) this.actions.editLast(e);
      },
      onpaste: (e) => {
        const file = [...(e.clipboardData?.files ?? [])][0];
        if (file) { e.preventDefault(); this.preview(file); }
      },
    });
    this.attachButton = iconButton('attach', t('compose.attach'), () => this.menu());
    this.emojiButton = iconButton('smile', t('compose.emoji'), () => this.emojis());
    this.mainButton = h('button', { type: 'button', class: 'icon-button solid main', onclick: () => this.main() });
    this.picker = h('input', { type: 'file', hidden: true, 'aria-label': t('compose.file'), onchange: () => { if (this.picker.files[0]) this.preview(this.picker.files[0]); this.picker.value = ''; } });
    this.discardButton = iconButton('trash', t('compose.discard'), () => this.discard());
    this.box = h('div', { class: 'field-box' }, this.field, this.emojiButton);
    this.recording = h('div', { class: 'recording', role: 'timer' });
    this.line = h('div', { class: 'composer-line' }, this.attachButton, this.discardButton, this.box, this.recording, this.mainButton);
    this.off = h('div', { class: 'switched-off', hidden: true }, icon('off'), h('p', null, t('compose.off')), h('button', { type: 'button', class: 'button', onclick: () => this.actions.switchOn() }, t('compose.on')));
    this.el = h('footer', { class: 'composer' }, this.off, this.quote_, this.line, this.picker);
    this.el.addEventListener('dragover', (e) => e.preventDefault());
    this.el.addEventListener('drop', (e) => { e.preventDefault(); if (e.dataTransfer.files[0]) this.preview(e.dataTransfer.files[0]); });
  }

  draw() {
    const { state } = this;
    const key = state.customer && state.number ? `${state.customer} ${state.number.phone_number_id}` : null;
    const off = state.customers.find((c) => c.id === state.customer)?.offline ?? false;
    this.el.hidden = key === null;
    this.off.hidden = !off;
    this.line.hidden = off;
    if (key !== this.key) {
      this.discard();
      this.edit(null, false);
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
    const recording = Boolean(this.recorder);
    this.attachButton.hidden = recording || Boolean(this.edited);
    this.box.hidden = recording;
    this.discardButton.hidden = this.recording.hidden = !recording;
    const [name, label] = recording ? ['send', t('compose.stop')] : this.field.value.trim() || this.edited ? ['send', t('send')] : ['mic', t('compose.record')];
    if (this.mainButton.title !== label) {
      this.mainButton.dataset.is = name;
      this.mainButton.setAttribute('aria-label', label);
      this.mainButton.title = label;
      this.mainButton.replaceChildren(icon(name));
    }
  }

  quote(m, focus = true) {
    if (m) this.edit(null, false);
    this.quoted = m;
    this.above(m, m?.direction === 'in' ? t('you') : this.state.number?.name, t('compose.no_reply'), () => this.quote(null));
    if (focus) this.field.focus();
  }

  // edit puts a sent message's words into the field; null leaves it as it was.
  edit(m, focus = true) {
    if (m) this.quote(null, false);
    if (m || this.edited) this.field.value = m ? m.text : '';
    this.edited = m;
    this.above(m, t('compose.editing'), t('compose.no_edit'), () => this.edit(null));
    this.grow();
    if (focus) this.field.focus();
  }

  // above shows the message that is replied to or edited over the field.
  above(m, title, leave, onleave) {
    this.quote_.hidden = !m;
    this.quote_.replaceChildren(...(m ? [
      h('span', { class: 'quote' }, h('span', { class: 'quote-who' }, title), h('span', { class: 'clip', dir: 'auto' }, gist(m))),
      iconButton('close', leave, onleave),
    ] : []));
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
    if (this.edited) {
      await this.sendEdit(text);
      return;
    }
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

  async sendEdit(text) {
    const m = this.edited;
    this.edit(null);
    if (!text || text === m.text) return;
    const changed = m.type === 'text' ? { body: text } : { ...m.content, caption: text };
    const sent = await this.actions.send({ type: 'edit', edit: { original_message_id: m.id, message: { type: m.type, [m.type]: changed } } }, false);
    if (!sent) {
      this.edit(m);
      this.field.value = text;
    }
  }

  menu() {
    let close = () => {};
    const item = (name, label, act) => h('button', { type: 'button', class: 'menu-item', onclick: () => { close(); act(); } }, icon(name), label);
    const choose = (accept) => { this.picker.accept = accept; this.picker.click(); };
    const sample = (type, body = {}) => this.actions.send({ type, [type]: body, ...this.context() });
    const panel = h('div', { class: 'menu', role: 'group', 'aria-label': t('compose.attach') },
      item('photo', t('attach.photo'), () => choose('image/*,video/*')),
      item('file', t('attach.document'), () => choose('')),
      item('pin', t('attach.location'), () => this.location()),
      item('person', t('attach.contact'), () => this.contact()),
      h('div', { class: 'menu-head' }, t('attach.ready')),
      item('photo', t('kind.image'), () => sample('image')),
      item('file', t('attach.pdf'), () => sample('document')),
      item('mic', t('kind.voice'), () => sample('audio', { voice: true })),
      item('sticker', t('kind.sticker'), () => sample('sticker')),
      item('ad', t('attach.ad'), () => this.fromAd()));
    close = popover(this.attachButton, panel);
  }

  emojis() {
    const panel = h('div', { class: 'menu emojis', role: 'group', 'aria-label': t('compose.emoji') }, emoji.map((e) => h('button', { type: 'button', 'aria-label': e, onclick: () => this.insert(e) }, e)));
    popover(this.emojiButton, panel);
  }

  // fromAd writes as somebody does who tapped an ad that opens the chat.
  fromAd() {
    const referral = {
      source_url: 'https://fb.me/4wJmTq9xk', source_id: '120210000000000001', source_type: 'ad', headline: t('ad.headline'), body: t('ad.body'), media_type: 'image',
      image_url: 'https://scontent.example/ad.jpg', ctwa_clid: `ARA${Date.now()}`,
    };
    return this.actions.send({ type: 'text', text: { body: t('ad.text') }, referral });
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
    dialog(t('file.send'), h('div', { class: 'lightbox' }, shown), (close) => h('form', {
      class: 'form', onsubmit: async (e) => {
        e.preventDefault();
        close();
        const body = {};
        if (caption.value) body.caption = caption.value;
        if (type === 'document') body.filename = file.name;
        await this.actions.upload({ type, [type]: body, ...this.context() }, file, file.name);
        URL.revokeObjectURL(url);
      },
    }, type !== 'audio' && [h('label', { for: 'caption' }, t('file.caption')), caption], h('div', { class: 'form-foot' }, h('button', { type: 'submit', class: 'button primary' }, t('send')))));
  }

  // record takes a voice note from the microphone; without one, a built-in
  // sample is sent in its place.
  async record() {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } });
    } catch {
      toast(t('compose.no_mic'));
      await this.actions.send({ type: 'audio', audio: { voice: true }, ...this.context() });
      return;
    }
    const mimeType = ['audio/ogg;codecs=opus', 'audio/webm;codecs=opus', 'audio/mp4'].find((t) => MediaRecorder.isTypeSupported(t));
    const parts = [];
    this.recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: 24000 });
    this.recorder.addEventListener('dataavailable', (e) => parts.push(e.data));
    this.recorder.addEventListener('stop', async () => {
      stream.getTracks().forEach((t) => t.stop());
      const wanted = this.recorder;
      this.recorder = null;
      clearInterval(this.ticking);
      this.grow();
      if (!wanted || parts.length === 0) return;
      await this.actions.upload({ type: 'audio', audio: { voice: true }, ...this.context() }, new Blob(parts, { type: mimeType }), 'voice.webm');
    });
    this.recorder.start();
    const began = Date.now();
    const show = () => {
      const seconds = Math.floor((Date.now() - began) / 1000);
      this.recording.textContent = t('compose.recording', { time: `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}` });
    };
    show();
    this.ticking = setInterval(show, 500);
    this.grow();
    this.mainButton.focus();
  }

  // discard stops a recording and sends nothing.
  discard() {
    const { recorder } = this;
    if (!recorder) return;
    this.recorder = null;
    recorder.stop();
    this.field.focus();
  }

  location() {
    const places = [
      ['Main Square', 'Hlavné námestie, Bratislava', 48.14353, 17.10811], ['Ibirapuera Park', 'Av. Pedro Álvares Cabral, São Paulo', -23.58742, -46.65763],
      ['Ban Jelačić Square', 'Trg bana Jelačića, Zagreb', 45.8131, 15.97722], ['Alexander Nevsky Cathedral', 'pl. Sveti Aleksandar Nevski, Sofia', 42.69579, 23.33283], ['Trafalgar Square', 'London', 51.50806, -0.12806],
    ];
    const send = (location) => this.actions.send({ type: 'location', location, ...this.context() });
    dialog(t('place.send'), (close) => h('div', { class: 'list' },
      h('button', { type: 'button', class: 'list-row', onclick: () => {
        navigator.geolocation?.getCurrentPosition(
          (p) => { close(); send({ latitude: p.coords.latitude, longitude: p.coords.longitude }); },
          () => toast(t('place.unknown')));
      } }, h('span', null, t('place.here')), h('small', null, t('place.asks'))),
      places.map(([name, address, latitude, longitude]) => h('button', { type: 'button', class: 'list-row', onclick: () => { close(); send({ latitude, longitude, name, address }); } }, h('span', null, name), h('small', null, address)))));
  }

  contact() {
    const name = h('input', { id: 'card-name', required: true, value: 'Peter Novák', autocomplete: 'off' });
    const phone = h('input', { id: 'card-phone', required: true, type: 'tel', value: '+421 900 000 510', autocomplete: 'off' });
    dialog(t('card.send'), (close) => h('form', {
      class: 'form', onsubmit: (e) => {
        e.preventDefault();
        close();
        const [first, ...rest] = name.value.trim().split(/\s+/);
        this.actions.send({
          type: 'contacts', ...this.context(),
          contacts: [{ name: { formatted_name: name.value.trim(), first_name: first, last_name: rest.join(' ') || undefined }, phones: [{ phone: phone.value, type: 'CELL', wa_id: phone.value.replace(/\D/g, '') }] }],
        });
      },
    }, h('label', { for: 'card-name' }, t('card.name')), name, h('label', { for: 'card-phone' }, t('card.phone')), phone, h('div', { class: 'form-foot' }, h('button', { type: 'submit', class: 'button primary' }, t('send')))));
  }
}
