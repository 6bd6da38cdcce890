import { t } from './words.js';

// Small helpers for building the page. Nothing here goes through innerHTML:
// whatever a message holds, it is only ever text.

// h makes an element: properties that start with "on" are listeners, "class",
// "role", "aria-*", "data-*" and names with a dash are attributes, the rest are
// properties.
export function h(tag, props, ...children) {
  const el = document.createElement(tag);
  for (const [key, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith('on')) el.addEventListener(key.slice(2), value);
    else if (key === 'class' || key === 'role' || key === 'for' || key === 'list' || key.includes('-')) el.setAttribute(key, value === true ? '' : value);
    else el[key] = value;
  }
  el.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false));
  return el;
}

const paths = {
  back: 'M15 5l-7 7 7 7',
  more: 'M12 6.5v.01M12 12v.01M12 17.5v.01',
  send: 'M5 12h13M12.5 5.5L19 12l-6.5 6.5',
  mic: 'M12 4a2.5 2.5 0 0 1 2.5 2.5v5a2.5 2.5 0 0 1-5 0v-5A2.5 2.5 0 0 1 12 4zM6.5 11.5a5.5 5.5 0 0 0 11 0M12 17v3',
  stop: 'M8 8h8v8H8z',
  attach: 'M12 5v14M5 12h14',
  smile: 'M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM9 10v.01M15 10v.01M8.7 14a4 4 0 0 0 6.6 0',
  photo: 'M5 5h14v14H5zM5 16l4.5-4.5L13 15l2.5-2.5L19 16M15 9v.01',
  file: 'M7 4h7l4 4v12H7zM14 4v4h4',
  pin: 'M12 20.5s6-5.6 6-10.5a6 6 0 0 0-12 0c0 4.9 6 10.5 6 10.5zM12 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  person: 'M12 12a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM5 19.5c.8-3.3 3.6-5 7-5s6.2 1.7 7 5',
  sticker: 'M5 5h14v9l-5 5H5zM14 19v-5h5',
  play: 'M9 6.5v11l8.5-5.5z',
  pause: 'M9 6.5v11M15 6.5v11',
  reply: 'M10 7L5 12l5 5M5 12h8.5a5.5 5.5 0 0 1 5.5 5.5',
  list: 'M9 7h10M9 12h10M9 17h10M5 7v.01M5 12v.01M5 17v.01',
  link: 'M13 6h5v5M18 6l-8 8M16 14v4H6V8h4',
  call: 'M7 4.5h3l1.5 4-2 1.5a10 10 0 0 0 4.5 4.5l1.5-2 4 1.5v3c0 1-1 1.8-2 1.7A14.5 14.5 0 0 1 5.3 6.5c-.1-1 .7-2 1.7-2z',
  copy: 'M9 9h10v10H9zM15 9V5H5v10h4',
  close: 'M6 6l12 12M18 6L6 18',
  info: 'M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM12 11.5v4M12 8.5v.01',
  edit: 'M5 19l1-4L16 5l3 3L9 18zM14 7l3 3',
  trash: 'M5 7h14M10 7V5h4v2M7 7l1 12h8l1-12M11 11v4M13 11v4',
  ticks: 'M2.5 12.5l4.5 4.5 9-9.5M11.5 16.5l.8.8L21.5 7.5',
  down: 'M6 9l6 6 6-6',
  off: 'M12 4v7M8 6.5a7 7 0 1 0 8 0',
  ad: 'M5 10v4h3l6 4V6l-6 4zM17 9.5a4 4 0 0 1 0 5',
};

const svg = 'http://www.w3.org/2000/svg';

// icon is a line drawing that says nothing to a screen reader: the button it
// sits in has a name.
export function icon(name) {
  const el = document.createElementNS(svg, 'svg');
  el.setAttribute('viewBox', '0 0 24 24');
  el.setAttribute('class', 'icon');
  el.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(svg, 'path');
  path.setAttribute('d', paths[name]);
  el.append(path);
  return el;
}

export function iconButton(name, label, onclick, more = {}) {
  return h('button', { type: 'button', class: 'icon-button', 'aria-label': label, title: label, onclick, ...more }, icon(name));
}

let toastTimer;

// toast says something for a few seconds, to eyes and to screen readers.
export function toast(text) {
  const el = document.getElementById('toast');
  el.textContent = text;
  el.classList.add('shown');
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => el.classList.remove('shown'), 6000);
}

// dialog shows content in a modal sheet; closing it removes it. It gives a
// function that closes it.
export function dialog(title, ...content) {
  const el = h('dialog', { class: 'sheet', 'aria-label': title });
  const close = () => el.close();
  el.append(
    h('header', { class: 'sheet-head' }, h('h2', null, title), iconButton('close', t('close'), close)),
    ...content.flat().map((c) => (typeof c === 'function' ? c(close) : c)),
  );
  el.addEventListener('close', () => el.remove());
  el.addEventListener('click', (e) => { if (e.target === el) close(); });
  document.body.append(el);
  el.showModal();
  return close;
}

// popover shows a panel next to an element until it loses the light.
export function popover(anchor, panel, where = 'above') {
  panel.setAttribute('popover', 'auto');
  (anchor.closest('main') ?? document.body).append(panel);
  panel.addEventListener('toggle', (e) => {
    if (e.newState === 'closed') {
      if (panel.contains(document.activeElement)) anchor.focus();
      panel.remove();
    }
  });
  panel.showPopover();
  const a = anchor.getBoundingClientRect();
  const p = panel.getBoundingClientRect();
  const left = Math.max(8, Math.min(a.left, innerWidth - p.width - 8));
  let top = where === 'above' ? a.top - p.height - 8 : a.bottom + 4;
  top = Math.max(8, Math.min(top, innerHeight - p.height - 8));
  panel.style.left = `${left}px`;
  panel.style.top = `${top}px`;
  panel.querySelector('button, input')?.focus();
  panel.addEventListener('keydown', (e) => {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[e.key];
    if (!step) return;
    const all = [...panel.querySelectorAll('button')];
    all[(all.indexOf(document.activeElement) + step + all.length) % all.length]?.focus();
    e.preventDefault();
  });
  return () => panel.hidePopover();
}
