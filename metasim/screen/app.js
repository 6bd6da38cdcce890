// The customer's phone: one customer, one business number, their thread.
// State lives here; people.js, thread.js, composer.js and about.js draw it.
import { api, listen, ApiError } from './api.js';
import { h, toast } from './dom.js';
import { setAhead } from './format.js';
import { drawPeople, newCustomer } from './people.js';
import { Thread } from './thread.js';
import { Composer } from './composer.js';
import { drawAbout } from './about.js';

const query = new URLSearchParams(location.search);
const root = document.getElementById('app');
const places = { people: document.getElementById('people'), phone: document.getElementById('phone'), about: document.getElementById('about') };

export const state = {
  embed: query.get('embed') === '1',
  wanted: { customer: query.get('customer'), number: query.get('number') },
  numbers: [],
  customers: [],
  customer: null, // id of the one who is played
  number: null, // the business number that is written to
  messages: [],
  typingUntil: 0,
  readsAtOnce: localStorage.getItem('metasim.reads') !== 'no',
};

const actions = {
  openCustomer, closeThread, openNumber, send, upload, markRead, reload, guard,
  toggleAbout: (open) => root.classList.toggle('shows-about', open),
  setReadsAtOnce(on) {
    state.readsAtOnce = on;
    localStorage.setItem('metasim.reads', on ? 'yes' : 'no');
    markRead();
  },
  addCustomer: () => newCustomer(state, async (id) => { await reload(); await openCustomer(id); }),
};

const thread = new Thread(state, actions);
const composer = new Composer(state, actions);
actions.reply = (m) => composer.quote(m);
actions.focusComposer = () => composer.focus();

let stopListening;

// guard runs a task and tells what went wrong.
async function guard(task) {
  try {
    return await task();
  } catch (err) {
    if (!(err instanceof ApiError)) console.error(err);
    toast(err instanceof ApiError ? err.message : 'Something went wrong on this page. Reload it and try again.');
    return undefined;
  }
}

async function reload() {
  await guard(async () => {
    const [numbers, customers, clock] = await Promise.all([api.numbers(), api.customers(), api.clock()]);
    setAhead(clock.offset_seconds);
    state.numbers = numbers;
    state.customers = customers.filter((c) => c.reachable || c.threads.length > 0);
    const same = (wanted, has) => wanted && has.some((v) => v && v.replace(/^\+/, '') === wanted.trim().replace(/^\+/, ''));
    if (state.wanted.customer) {
      state.customer = customers.find((c) => same(state.wanted.customer, [c.id, c.phone, c.bsuid]))?.id ?? null;
      if (state.customer) state.wanted.customer = null;
    }
    state.number = numbers.find((n) => n.phone_number_id === state.number?.phone_number_id)
      ?? numbers.find((n) => same(state.wanted.number, [n.phone_number, n.phone_number_id]))
      ?? usualNumber();
    if (state.embed && !state.customer && state.customers.length > 0) {
      state.customer = state.customers[0].id;
      state.number ??= usualNumber();
    }
    await loadThread();
  });
  draw();
}

// usualNumber is the one that the customer last talked with.
function usualNumber() {
  const threads = [...(current()?.threads ?? [])].sort((a, b) => (a.last_at < b.last_at ? 1 : -1));
  return state.numbers.find((n) => n.phone_number_id === threads[0]?.phone_number_id) ?? state.numbers[0] ?? null;
}

export const current = () => state.customers.find((c) => c.id === state.customer) ?? null;

async function loadThread() {
  state.messages = state.customer && state.number ? await api.messages(state.customer, state.number.phone_number_id) : [];
}

function draw() {
  root.className = ['app', state.embed && 'embed', state.customer && 'has-thread', root.classList.contains('shows-about') && 'shows-about'].filter(Boolean).join(' ');
  document.title = current() ? `${current().name}'s phone` : "Customer's phone";
  if (!state.embed) drawPeople(places.people, state, actions);
  if (!places.phone.contains(thread.el)) places.phone.replaceChildren(h('h1', { class: 'unseen' }, "Customer's phone"), thread.el, composer.el);
  thread.draw();
  composer.draw();
  drawAbout(places.about, state, actions, current());
  const url = new URL(location.href);
  for (const [key, value] of [['customer', state.customer], ['number', state.number?.phone_number]]) {
    if (value) url.searchParams.set(key, value);
    else url.searchParams.delete(key);
  }
  history.replaceState(null, '', url);
}

async function openCustomer(id) {
  state.customer = id;
  state.messages = [];
  state.number = usualNumber();
  connect();
  await guard(loadThread);
  draw();
  thread.toEnd();
  composer.focus();
  markRead();
}

async function openNumber(id) {
  state.number = state.numbers.find((n) => n.phone_number_id === id) ?? state.number;
  await guard(loadThread);
  draw();
  thread.toEnd();
  markRead();
}

function closeThread() {
  state.customer = null;
  state.messages = [];
  connect();
  draw();
}

async function send(message) {
  const sent = await guard(() => api.send(state.customer, { to: state.number.phone_number_id, ...message }));
  if (sent) {
    arrived(sent);
    thread.toEnd();
  }
  return sent;
}

async function upload(message, file, name) {
  const sent = await guard(() => api.upload(state.customer, { to: state.number.phone_number_id, ...message }, file, name));
  if (sent) {
    arrived(sent);
    thread.toEnd();
  }
  return sent;
}

// markRead tells the business that its messages were seen, while the thread
// can be seen.
async function markRead() {
  if (!state.customer || !state.number || !state.readsAtOnce || document.visibilityState !== 'visible') return;
  if (!state.messages.some((m) => m.direction === 'out' && m.status === 'delivered')) return;
  await guard(() => api.read(state.customer, state.number.phone_number_id));
}

const belongsHere = (e) => e.customer === state.customer && e.phone_number_id === state.number?.phone_number_id;

function arrived(m) {
  const at = state.messages.findIndex((other) => other.id === m.id);
  if (at >= 0) {
    // The answer to a request may be overtaken by its own event.
    if (m.statuses.length >= state.messages[at].statuses.length) state.messages[at] = m;
  } else {
    state.messages.push(m);
    state.messages.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  }
  if (m.direction === 'out' && at < 0) state.typingUntil = 0;
  thread.draw();
}

let listTimer;

function onEvent(e) {
  if (e.type === 'message' || e.type === 'status') {
    if (belongsHere(e)) {
      arrived(e.message);
      markRead();
    }
    clearTimeout(listTimer);
    listTimer = setTimeout(refreshList, 150);
  } else if (e.type === 'typing') {
    if (belongsHere(e)) {
      state.typingUntil = Date.now() + 25000;
      thread.draw();
      setTimeout(() => thread.draw(), 25100);
    }
  } else {
    clearTimeout(listTimer);
    listTimer = setTimeout(reload, 50);
  }
}

async function refreshList() {
  await guard(async () => { state.customers = (await api.customers()).filter((c) => c.reachable || c.threads.length > 0); });
  if (!state.embed) drawPeople(places.people, state, actions);
  drawAbout(places.about, state, actions, current());
  thread.drawHead();
}

function connect() {
  stopListening?.();
  stopListening = listen(state.customer, onEvent, async () => { await reload(); markRead(); });
}

document.addEventListener('visibilitychange', markRead);
// The page that docks this one beside itself may choose whom it shows.
addEventListener('message', (e) => {
  if (e.origin === location.origin && e.data?.type === 'metasim.open' && typeof e.data.customer === 'string') {
    state.wanted = { customer: e.data.customer, number: e.data.number ?? null };
    state.customer = null;
    state.number = null;
    reload().then(connect);
  }
});

root.addEventListener('keydown', (e) => {
  if (e.key === 'Escape' && !e.defaultPrevented && !state.embed && matchMedia('(max-width: 760px)').matches) closeThread();
});

places.phone.append(h('p', { class: 'hint' }, 'Loading…'));
await reload();
connect();
thread.toEnd();
