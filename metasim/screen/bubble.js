// What stands in a bubble: one function per kind of message.
import { api } from './api.js';
import { dialog, h, icon, toast } from './dom.js';
import { bytes, initials, hue, jumbo, kindOf, rich, safeLink } from './format.js';
import { t } from './words.js';
import { player } from './player.js';

// content chooses by the message's type.
export function content(m, actions) {
  const make = kinds[m.type];
  return make ? make(m, actions) : h('span', { class: 'deleted' }, t('kind.unknown', { type: m.type }));
}

const kinds = {
  text: (m) => words(m.text, jumbo(m.text) ? 'text jumbo' : 'text'),
  image: (m) => [m.media ? picture(m.media, m.text, gone(m)) : elsewhere(m), caption(m)],
  video: (m) => [m.media ? film(m.media, m.text, gone(m)) : elsewhere(m), caption(m)],
  audio: (m) => {
    if (!m.media) return elsewhere(m);
    const el = player(m, () => heard(m), () => el.replaceWith(gone(m)()));
    return el;
  },
  document: (m) => [m.media ? file(m.media) : elsewhere(m), caption(m)],
  sticker: (m) => (m.media ? h('img', { class: 'sticker', src: local(m.media.url), alt: t('kind.sticker'), onerror: (e) => e.target.replaceWith(gone(m)()) }) : elsewhere(m)),
  location: (m) => place(m.content),
  contacts: (m) => (m.content.contacts ?? []).map(card),
  button: (m) => words(m.text),
  order: (m) => [basket(m.content.product_items ?? []), caption(m)],
  unsupported: () => h('span', { class: 'deleted' }, t('kind.unsupported')),
  interactive: (m, actions) => (m.direction === 'in' ? chosen(m.content) : offer(m, m.content, actions)),
  template: (m, actions) => offer(m, m.rendered ?? {}, actions),
};

// The page lies at /sim/, possibly below another path, so addresses are made
// relative to it.
const local = (url) => url.replace(/^\/sim\//, '');

const words = (text, kind = 'text') => h('div', { class: kind, dir: 'auto' }, rich(text));
const caption = (m) => m.text && words(m.text, 'text caption');

function heard(m) {
  if (m.direction === 'out' && m.status !== 'played') api.played(m.customer, m.id).catch((err) => toast(err.message));
}

// elsewhere stands for media that is not here: a link that the business gave,
// or a file that nobody kept.
function elsewhere(m) {
  const link = safeLink(m.content?.link ?? '');
  return link ? linked(kindOf(m), link) : gone(m)();
}

const linked = (name, link) => h('a', { class: 'file', href: link, target: '_blank', rel: 'noopener noreferrer' }, icon('link'), h('span', null, name, h('small', null, link)));

// gone makes what is shown when a file cannot be loaded any more.
const gone = (m) => () => h('span', { class: 'deleted' }, t('gone', { kind: m.media?.filename || m.content?.filename || kindOf(m) }));

function picture(media, alt, lost) {
  const name = alt || t('kind.image');
  const img = (onerror) => h('img', { src: local(media.url), alt: name, onerror });
  const button = h('button', { type: 'button', class: 'media picture', 'aria-label': t('open', { name }), onclick: () => dialog(t('kind.image'), h('div', { class: 'lightbox' }, img())) },
    img(() => button.replaceWith(lost())));
  return button;
}

function film(media, alt, lost) {
  const video = h('video', { class: 'media', src: local(media.url), controls: true, preload: 'metadata', 'aria-label': alt || t('kind.video'), onerror: () => video.replaceWith(lost()) });
  return video;
}

function file(media) {
  const name = media.filename || t('kind.document');
  const kind = (name.split('.').at(-1) ?? '').slice(0, 4).toUpperCase();
  return h('a', { class: 'file', href: local(media.url), download: name }, icon('file'), h('span', null, h('span', { class: 'clip', title: name }, name), h('small', null, media.size ? `${kind} · ${bytes(media.size)}` : kind)));
}

function basket(items) {
  return h('div', { class: 'basket' }, h('strong', null, t('order.items', { n: items.length })),
    h('ul', null, items.map((i) => h('li', null, `${i.quantity} × ${i.product_retailer_id}`, i.item_price && h('small', null, ` ${i.item_price} ${i.currency ?? ''}`)))));
}

function place(at) {
  const where = `mlat=${Number(at.latitude)}&mlon=${Number(at.longitude)}`;
  const name = at.name || t('kind.location');
  return h('a', { class: 'place', href: `https://www.openstreetmap.org/?${where}`, target: '_blank', rel: 'noopener noreferrer' },
    h('span', { class: 'map', 'aria-hidden': 'true' }, icon('pin')),
    h('span', { class: 'place-text' },
      h('strong', null, name), at.address && h('span', null, at.address),
      h('small', null, `${Number(at.latitude).toFixed(5)}, ${Number(at.longitude).toFixed(5)}`)));
}

function card(c) {
  const name = c.name?.formatted_name ?? t('kind.contacts');
  return h('div', { class: 'card' }, h('span', { class: `avatar ${hue(name)}`, 'aria-hidden': 'true' }, initials(name)),
    h('span', null, h('strong', null, name), c.org?.company && h('span', null, c.org.company), (c.phones ?? []).map((p) => h('small', null, p.phone))));
}

function chosen(c) {
  const reply = c.button_reply ?? c.list_reply;
  if (reply) return h('div', { class: 'text', dir: 'auto' }, reply.title, reply.description && h('small', { class: 'block' }, reply.description));
  return words(t('form.sent'));
}

// offer is a message with buttons, a list or a link.
function offer(m, c, actions) {
  return [head(c.header), c.body?.text && words(c.body.text), c.footer?.text && h('div', { class: 'footer', dir: 'auto' }, c.footer.text), choices(m, c, actions)];
}

function head(header) {
  if (!header) return null;
  if (header.type === 'text') return h('strong', { class: 'offer-head', dir: 'auto' }, header.text);
  const m = { type: header.type, content: header[header.type] ?? {} };
  if (!m.content.id) return elsewhere(m);
  const media = { url: `/sim/api/media/${m.content.id}`, filename: m.content.filename, size: 0 };
  if (m.type === 'image') return picture(media, '', gone(m));
  if (m.type === 'video') return film(media, '', gone(m));
  return file(media);
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
      made.push(button(t('location.give'), () => actions.send({ type: 'location', context: { message_id: m.id }, location: { latitude: 48.14816, longitude: 17.10674, name: 'Main Square', address: 'Hlavné námestie, Bratislava' } }), 'pin'));
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
        try { await navigator.clipboard.writeText(b.code ?? ''); toast(t('code.copied')); } catch { toast(t('code.is', { code: b.code })); }
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
  dialog(p.flow_cta ?? t('form'), (close) => h('form', {
    class: 'form', onsubmit: (e) => {
      e.preventDefault();
      close();
      answer({ type: 'nfm_reply', nfm_reply: { name: 'flow', body: 'Sent', response_json: JSON.stringify({ flow_token: p.flow_token ?? 'unused', answer: field.value }) } });
    },
  }, h('label', { for: 'form-answer' }, t('form.answer')), field, h('div', { class: 'form-foot' }, h('button', { type: 'submit', class: 'button primary' }, t('send')))));
}
