// The customer's phone: one customer, one business number, their thread.
// State lives here; people.js, thread.js, composer.js and about.js draw it.
import { api, listen, ApiError } from './api.js';
import { h, toast } from './dom.js';
import { now, setAhead } from './format.js';
import { newCustomer, People } from './people.js';
import { Thread } from './thread.js';
import { Composer } from './composer.js';
import { drawAbout } from './about.js';
import { t } from './words.js';

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
  lost: false, // the event stream is down
  stranger: null, // asked for, but the simulator does not know them
  readsAtOnce: localStorage.getItem('metasim.reads') !== 'no',
};

const actions = {
  openCustomer, closeThread, openNumber, send, upload, markRead, reload, guard, befriend, editLast,
  toggleAbout(open) {
    const shown = root.classList.toggle('shows-about', open);
    if (shown) document.querySelector('.about-close')?.focus();
    else document.getElementById('about-toggle')?.focus();
  },
  switchOn: () => guard(async () => { await api.save({ phone: current().phone ?? '', bsuid: current().bsuid, offline: false }); await reload(); markRead(); composer.focus(); }),
  setReadsAtOnce(on) {
    state.readsAtOnce = on;
    localStorage.setItem('metasim.reads', on ? 'yes' : 'no');
    markRead();
  },
  addCustomer: () => newCustomer(state, async (id) => { await reload(); await openCustomer(id); }),
};

const people = new People(state, actions);
const thread = new Thread(state, actions);
const composer = new Composer(state, actions);
actions.reply = (m) => composer.quote(m);
actions.edit = (m) => composer.edit(m);
actions.focusComposer = () => composer.focus();

let stopListening;

// guard runs a task and tells what went wrong.
async function guard(task) {
  try {
    return await task();
  } catch (err) {
    if (!(err instanceof ApiError)) console.error(err);
    toast(err instanceof ApiError ? err.message : t('error.page'));
    return undefined;
  }
}

async function reload() {
  await guard(async () => {
    const [numbers, customers, clock] = await Promise.all([api.numbers(), api.customers(), api.clock()]);
    setAhead(new Date(clock.now) - Date.now());
    state.numbers = numbers;
    state.customers = customers.filter((c) => c.reachable || c.threads.length > 0);
    const same = (wanted, has) => wanted && has.some((v) => v && v.replace(/^\+/, '') === wanted.trim().replace(/^\+/, ''));
    if (state.wanted.customer) {
      state.customer = customers.find((c) => same(state.wanted.customer, [c.id, c.phone, c.bsuid]))?.id ?? null;
      state.stranger = state.customer ? null : state.wanted.customer;
      if (state.customer) state.wanted.customer = null;
    }
    state.number = numbers.find((n) => n.phone_number_id === state.number?.phone_number_id)
      ?? numbers.find((n) => same(state.wanted.number, [n.phone_number, n.phone_number_id]))
      ?? usualNumber();
    if (state.embed && !state.customer && !state.stranger && state.customers.length > 0) {
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
  document.title = current() ? t('phone_of', { name: current().name }) : t('customers_phone');
  if (!state.embed) people.draw();
  if (!places.phone.contains(thread.el)) places.phone.replaceChildren(h('h1', { class: 'unseen' }, t('customers_phone')), thread.el, composer.el);
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
  if (!id) return;
  state.customer = id;
  state.stranger = null;
  state.wanted.customer = null;
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

// befriend gives a phone to someone the simulator does not know.
async function befriend(address) {
  const known = await guard(() => api.save(address.includes('.') ? { bsuid: address } : { phone: address, name: address }));
  if (!known) return;
  await reload();
  await openCustomer(known.id);
}

// editLast opens the customer's last message for changes, as the up arrow does
// in an empty field.
function editLast(e) {
  const last = state.messages.findLast((m) => m.direction === 'in' && m.type === 'text' && !m.revoked);
  if (!last || now() - new Date(last.at) > 900000) return;
  e.preventDefault();
  composer.edit(last);
}

function closeThread() {
  state.customer = null;
  state.messages = [];
  connect();
  draw();
}

// send writes as the customer. What changes another message leaves the thread
// where it is.
async function send(message, moves = true) {
  const sent = await guard(() => api.send(state.customer, { to: state.number.phone_number_id, ...message }));
  if (sent) {
    arrived(sent);
    if (moves) thread.toEnd();
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
  if (!state.customer || !state.number || !state.readsAtOnce || current()?.offline || document.visibilityState !== 'visible') return;
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
let typingTimer;

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
      clearTimeout(typingTimer);
      typingTimer = setTimeout(() => thread.draw(), 25100);
    }
  } else {
    clearTimeout(listTimer);
    listTimer = setTimeout(reload, 50);
  }
}

async function refreshList() {
  await guard(async () => { state.customers = (await api.customers()).filter((c) => c.reachable || c.threads.length > 0); });
  if (!state.embed) people.draw();
  drawAbout(places.about, state, actions, current());
  thread.drawHead();
}

function connect() {
  stopListening?.();
  const heard = (lost) => {
    state.lost = lost;
    thread.drawHead();
  };
  stopListening = listen(state.customer, onEvent, async () => { heard(false); await reload(); markRead(); }, () => heard(true));
}

document.addEventListener('visibilitychange', markRead);
// What is left of a window goes down while nothing happens.
setInterval(() => drawAbout(places.about, state, actions, current()), 15000);
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
  if (e.key !== 'Escape' || e.defaultPrevented) return;
  if (root.classList.contains('shows-about')) actions.toggleAbout(false);
  else if (!state.embed && matchMedia('(max-width: 760px)').matches) closeThread();
});

for (const [place, name] of [[places.people, 'customers'], [places.phone, 'phone'], [places.about, 'about']]) place.setAttribute('aria-label', t(name));
if (!state.embed) places.people.append(people.el);
places.phone.append(h('p', { class: 'hint' }, t('loading')));
await reload();
connect();
thread.toEnd();
