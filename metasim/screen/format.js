import { h } from './dom.js';

// Times are shown by the simulator's clock, which may be ahead of the real one.
let ahead = 0;
export const setAhead = (seconds) => { ahead = seconds * 1000; };
export const now = () => new Date(Date.now() + ahead);

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const dayName = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const shortDay = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'numeric' });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

export const timeOf = (at) => clock.format(new Date(at));
export const exactly = (at) => exact.format(new Date(at));

const midnight = (d) => new Date(d.getFullYear(), d.getMonth(), d.getDate()).getTime();

export function dayOf(at) {
  const days = Math.round((midnight(now()) - midnight(new Date(at))) / 86400000);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  return dayName.format(new Date(at));
}

export const shortTime = (at) => (midnight(new Date(at)) === midnight(now()) ? timeOf(at) : shortDay.format(new Date(at)));

// left is how long until a time in words, or null when it is past.
export function left(at) {
  const minutes = Math.floor((new Date(at) - now()) / 60000);
  if (minutes < 0) return null;
  return minutes >= 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${minutes} min`;
}

export function bytes(n) {
  return n < 1024 ? `${n} B` : n < 1048576 ? `${Math.round(n / 1024)} KB` : `${(n / 1048576).toFixed(1)} MB`;
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
  const words = name.trim().split(/\s+/).filter((w) => /[\p{L}\p{N}]/u.test(w));
  return ((words[0]?.[0] ?? '?') + (words.length > 1 ? words.at(-1)[0] : '')).toUpperCase();
}

// hue gives a name its own colour class, the same every time.
export function hue(name) {
  let sum = 0;
  for (const c of name) sum = (sum * 31 + c.codePointAt(0)) % 997;
  return `hue-${sum % 6}`;
}

// gist is one line about a message, for lists and quotes.
export function gist(m) {
  if (m.revoked) return 'Deleted message';
  const kinds = {
    image: 'Photo', video: 'Video', audio: m.media?.voice || m.content?.voice ? 'Voice message' : 'Audio', document: m.media?.filename ?? 'Document', sticker: 'Sticker',
    location: 'Location', contacts: 'Contact', reaction: 'Reaction', order: 'Order', template: 'Message', interactive: 'Message', system: 'Notice',
  };
  return m.text || kinds[m.type] || 'Message';
}
