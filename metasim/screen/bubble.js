// What stands in a bubble: one function per kind of message.
import { api } from './api.js';
import { dialog, h, icon, toast } from './dom.js';
import { bytes, initials, hue, rich, safeLink } from './format.js';
import { player } from './player.js';

// content chooses by the message's type.
export function content(m, actions) {
  const make = kinds[m.type];
  return make ? make(m, actions) : h('span', { class: 'deleted' }, `A message of type “${m.type}”`);
}

const kinds = {
  text: (m) => h('div', { class: 'text' }, rich(m.text)),
  image: (m) => [picture(m.media, m.content, m.text), caption(m)],
  video: (m) => [m.media ? h('video', { class: 'media', src: local(m.media.url), controls: true, preload: 'metadata', 'aria-label': m.text || 'Video' }) : elsewhere(m.content, 'Video'), caption(m)],
  audio: (m) => (m.media ? player(m, () => heard(m)) : elsewhere(m.content, 'Audio')),
  document: (m) => [file(m.media, m.content), caption(m)],
  sticker: (m) => (m.media ? h('img', { class: 'sticker', src: local(m.media.url), alt: 'Sticker' }) : elsewhere(m.content, 'Sticker')),
  location: (m) => place(m.content),
  contacts: (m) => (m.content.contacts ?? []).map(card),
  button: (m) => h('div', { class: 'text' }, m.text),
  order: (m) => h('div', { class: 'text' }, `Order of ${m.content.product_items?.length ?? 0} items`, m.text && `: ${m.text}`),
  unsupported: () => h('span', { class: 'deleted' }, 'A message that WhatsApp does not pass on to businesses'),
  interactive: (m, actions) => (m.direction === 'in' ? chosen(m.content) : offer(m, m.content, actions)),
  template: (m, actions) => offer(m, m.rendered ?? {}, actions),
};

// The page lies at /sim/, possibly below another path, so addresses are made
// relative to it.
const local = (url) => url.replace(/^\/sim\//, '');

const caption = (m) => m.text && h('div', { class: 'text caption' }, rich(m.text));

function heard(m) {
  if (m.direction === 'out' && m.status !== 'played') api.played(m.customer, m.id).catch((err) => toast(err.message));
}

function elsewhere(from, name) {
  const link = safeLink(from?.link ?? '');
  return link ? h('a', { class: 'file', href: link, target: '_blank', rel: 'noopener noreferrer' }, icon('link'), h('span', null, name, h('small', null, link))) : h('span', { class: 'deleted' }, name);
}

function picture(media, from, alt) {
  if (!media) return elsewhere(from, 'Photo');
  const img = () => h('img', { src: local(media.url), alt: alt || 'Photo' });
  return h('button', { type: 'button', class: 'media picture', 'aria-label': `Open ${alt || 'photo'}`, onclick: () => dialog('Photo', h('div', { class: 'lightbox' }, img())) }, img());
}

function file(media, from) {
  if (!media) return elsewhere(from, from?.filename ?? 'Document');
  const name = media.filename || 'Document';
  const kind = (name.split('.').at(-1) ?? '').slice(0, 4).toUpperCase();
  return h('a', { class: 'file', href: local(media.url), download: name }, icon('file'), h('span', null, h('span', { class: 'clip' }, name), h('small', null, `${kind} · ${bytes(media.size)}`)));
}

function place(at) {
  return h('div', { class: 'place' },
    h('div', { class: 'map', 'aria-hidden': 'true' }, icon('pin')),
    h('div', { class: 'place-text' },
      h('strong', null, at.name || 'Location'), at.address && h('span', null, at.address),
      h('small', null, `${Number(at.latitude).toFixed(5)}, ${Number(at.longitude).toFixed(5)}`)));
}

function card(c) {
  const name = c.name?.formatted_name ?? 'Contact';
  return h('div', { class: 'card' }, h('span', { class: `avatar ${hue(name)}`, 'aria-hidden': 'true' }, initials(name)),
    h('span', null, h('strong', null, name), c.org?.company && h('span', null, c.org.company), (c.phones ?? []).map((p) => h('small', null, p.phone))));
}

function chosen(c) {
  const reply = c.button_reply ?? c.list_reply;
  if (reply) return h('div', { class: 'text' }, reply.title, reply.description && h('small', { class: 'block' }, reply.description));
  return h('div', { class: 'text' }, 'Form sent');
}

// offer is a message with buttons, a list or a link.
function offer(m, c, actions) {
  return [head(c.header), c.body?.text && h('div', { class: 'text' }, rich(c.body.text)), c.footer?.text && h('div', { class: 'footer' }, c.footer.text), choices(m, c, actions)];
}

function head(header) {
  if (!header) return null;
  if (header.type === 'text') return h('strong', { class: 'offer-head' }, header.text);
  const from = header[header.type] ?? {};
  if (!from.id) return elsewhere(from, { image: 'Photo', video: 'Video', document: from.filename ?? 'Document' }[header.type]);
  const media = { url: `/sim/api/media/${from.id}`, filename: from.filename, size: 0 };
  if (header.type === 'image') return picture(media, from, '');
  if (header.type === 'video') return h('video', { class: 'media', src: local(media.url), controls: true, preload: 'metadata', 'aria-label': 'Video' });
  return h('a', { class: 'file', href: local(media.url), download: from.filename ?? '' }, icon('file'), h('span', null, from.filename ?? 'Document'));
}

function choices(m, c, actions) {
  const answer = (reply) => actions.send({ type: 'interactive', context: { message_id: m.id }, interactive: reply });
  const button = (label, act, sign) => h('button', { type: 'button', class: 'choice', onclick: act }, sign && icon(sign), label);
  const link = (label, url) => {
    const safe = safeLink(url ?? '');
    return safe ? h('a', { class: 'choice', href: safe, target: '_blank', rel: 'noopener noreferrer' }, icon('link'), label) : h('span', { class: 'choice' }, label);
  };
  const p = c.action?.parameters ?? {};
  const made = [];
  switch (c.type) {
    case 'button':
      made.push(...c.action.buttons.map(({ reply }) => button(reply.title, () => answer({ type: 'button_reply', button_reply: { id: reply.id, title: reply.title } }), 'reply')));
      break;
    case 'list':
      made.push(button(c.action.button, () => openList(c, answer), 'list'));
      break;
    case 'cta_url':
      made.push(link(p.display_text, p.url));
      break;
    case 'location_request_message':
      made.push(button('Send location', () => actions.send({ type: 'location', context: { message_id: m.id }, location: { latitude: 48.14816, longitude: 17.10674, name: 'Main Square', address: 'Hlavné námestie, Bratislava' } }), 'pin'));
      break;
    case 'flow':
      made.push(button(p.flow_cta, () => openForm(p, answer), 'list'));
      break;
    default:
  }
  for (const b of c.buttons ?? []) {
    if (b.type === 'quick_reply') made.push(button(b.text, () => actions.send({ type: 'button', context: { message_id: m.id }, button: { payload: b.payload, text: b.text } }), 'reply'));
    else if (b.type === 'url') made.push(link(b.text, b.url));
    else if (b.type === 'phone_number') made.push(h('span', { class: 'choice' }, icon('call'), `${b.text} (${b.phone_number})`));
    else if (b.type === 'otp') {
      made.push(button(b.text, async () => {
        try { await navigator.clipboard.writeText(b.code ?? ''); toast('The code is copied.'); } catch { toast(`The code is ${b.code}.`); }
      }, 'copy'));
    }
  }
  return made.length > 0 && h('div', { class: 'choices' }, made);
}

function openList(c, answer) {
  dialog(c.action.button, (close) => h('div', { class: 'list' }, c.action.sections.map((section) => [
    section.title && h('h3', null, section.title),
    section.rows.map((row) => h('button', {
      type: 'button', class: 'list-row',
      onclick: () => { close(); answer({ type: 'list_reply', list_reply: { id: row.id, title: row.title, description: row.description } }); },
    }, h('span', null, row.title), row.description && h('small', null, row.description))),
  ])));
}

// openForm stands for a Flow, whose screens the simulator does not know: what
// is typed comes back as its answer.
function openForm(p, answer) {
  const field = h('textarea', { id: 'form-answer', rows: 4 });
  dialog(p.flow_cta ?? 'Form', (close) => h('form', {
    class: 'form', onsubmit: (e) => {
      e.preventDefault();
      close();
      answer({ type: 'nfm_reply', nfm_reply: { name: 'flow', body: 'Sent', response_json: JSON.stringify({ flow_token: p.flow_token ?? 'unused', answer: field.value }) } });
    },
  }, h('label', { for: 'form-answer' }, 'Your answer'), field, h('div', { class: 'form-foot' }, h('button', { type: 'submit', class: 'button primary' }, 'Send'))));
}
