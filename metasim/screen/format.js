import { h } from './dom.js';
import { t, tag } from './words.js';

// Times are shown by the simulator's clock, which may be ahead of the real one.
let ahead = 0;
export const setAhead = (ms) => { ahead = ms; };
export const now = () => new Date(Date.now() + ahead);

const clock = new Intl.DateTimeFormat(tag, { hour: '2-digit', minute: '2-digit' });
const dayName = new Intl.DateTimeFormat(tag, { weekday: 'long', day: 'numeric', month: 'long' });
const shortDay = new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'numeric' });
const exact = new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeStyle: 'medium' });

export const timeOf = (at) => clock.format(new Date(at));
export const exactly = (at) => exact.format(new Date(at));

const midnight = (d) => new Date(d.getFullYear(), d.getMonth(), d.getDate()).getTime();

export function dayOf(at) {
  const days = Math.round((midnight(now()) - midnight(new Date(at))) / 86400000);
  if (days === 0) return t('today');
  if (days === 1) return t('yesterday');
  return dayName.format(new Date(at));
}

export const shortTime = (at) => (midnight(new Date(at)) === midnight(now()) ? timeOf(at) : shortDay.format(new Date(at)));

// left is how long until a time in words, or null when it is past.
export function left(at) {
  const minutes = Math.floor((new Date(at) - now()) / 60000);
  if (minutes < 0) return null;
  const parts = minutes >= 60 ? [unit(Math.floor(minutes / 60), 'hour')] : [];
  return [...parts, unit(minutes % 60, 'minute')].join(' ');
}

function unit(n, name, digits = 0) {
  return new Intl.NumberFormat(tag, { style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: digits }).format(n);
}

export function bytes(n) {
  return n < 1024 ? unit(n, 'byte') : n < 1048576 ? unit(n / 1024, 'kilobyte') : unit(n / 1048576, 'megabyte', 1);
}

const marks = /(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]])|\*([^*\n]+)\*|_([^_\n]+)_|~([^~\n]+)~|```([^`]+)```/gu;

// rich turns WhatsApp's marks and web addresses into elements.
export function rich(text) {
  const out = [];
  let from = 0;
  for (const m of text.matchAll(marks)) {
    const before = text[m.index - 1];
    const inWord = m[1] === undefined && before !== undefined && /[\p{L}\p{N}]/u.test(before);
    if (inWord) continue;
    out.push(text.slice(from, m.index));
    if (m[1]) out.push(h('a', { href: m[1], target: '_blank', rel: 'noopener noreferrer' }, m[1]));
    else if (m[2]) out.push(h('strong', null, m[2]));
    else if (m[3]) out.push(h('em', null, m[3]));
    else if (m[4]) out.push(h('s', null, m[4]));
    else out.push(h('code', null, m[5]));
    from = m.index + m[0].length;
  }
  out.push(text.slice(from));
  return out;
}

// safeLink keeps addresses that a click may open.
export function safeLink(text) {
  try {
    const url = new URL(text);
    return ['http:', 'https:'].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

export function initials(name) {
  const firsts = name.split(/[\s(]+/).map((word) => word.match(/^\P{L}*?([\p{L}\p{N}])/u)?.[1]).filter(Boolean);
  return ((firsts[0] ?? '?') + (firsts.length > 1 ? firsts.at(-1) : '')).toUpperCase();
}

// hue gives a name its own colour class, the same every time.
export function hue(name) {
  let sum = 0;
  for (const c of name) sum = (sum * 31 + c.codePointAt(0)) % 997;
  return `hue-${sum % 6}`;
}

// gist is one line about a message, for lists and quotes.
export function gist(m) {
  if (m.revoked) return t('kind.deleted');
  if (m.text && m.type !== 'system') return m.text;
  if (m.type === 'document' && m.media?.filename) return m.media.filename;
  return kindOf(m);
}

// kindOf names what a message is.
export function kindOf(m) {
  if (m.type === 'audio' && (m.media?.voice || m.content?.voice)) return t('kind.voice');
  return t(named.includes(m.type) ? `kind.${m.type}` : 'kind.other');
}

const named = ['image', 'video', 'audio', 'document', 'sticker', 'location', 'contacts', 'order', 'system', 'unsupported'];

// jumbo reports whether a text is at most three emoji, which phones show large.
export function jumbo(text) {
  if (text.length > 40 || !/^[\p{Extended_Pictographic}\p{Emoji_Component}\s]+$/u.test(text) || !/\p{Extended_Pictographic}/u.test(text)) return false;
  return [...new Intl.Segmenter().segment(text.replace(/\s/g, ''))].length <= 3;
}
