// The simulator's control API as the phone uses it.
import { t } from './words.js';

// ApiError says what went wrong; status is the answer's, 0 without one.
export class ApiError extends Error {
  constructor(text, status = 0) {
    super(text);
    this.status = status;
  }
}

async function call(method, path, body) {
  const init = { method, headers: {} };
  if (body instanceof FormData) init.body = body;
  else if (body !== undefined) {
    init.headers['Content-Type'] = 'application/json';
    init.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(`api${path}`, init);
  } catch {
    throw new ApiError(t('error.no_answer'));
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new ApiError(answer.detail ?? t('error.status', { status: response.status }), response.status);
  return answer;
}

const at = (customer) => `/customers/${encodeURIComponent(customer)}`;

export const api = {
  numbers: async () => (await call('GET', '/numbers')).items,
  customers: async () => (await call('GET', '/customers')).items,
  clock: () => call('GET', '/clock'),
  messages: async (customer, to) => (await call('GET', `${at(customer)}/messages?limit=500&to=${encodeURIComponent(to)}`)).items.reverse(),
  send: (customer, message) => call('POST', `${at(customer)}/messages`, message),
  upload(customer, message, file, name) {
    const form = new FormData();
    form.append('message', JSON.stringify(message));
    form.append('file', file, name);
    return call('POST', `${at(customer)}/messages`, form);
  },
  read: (customer, to) => call('POST', `${at(customer)}/read`, { to }),
  played: (customer, id) => call('POST', `${at(customer)}/played`, { id }),
  save: (customer) => call('POST', '/customers', customer),
  changeNumber: (customer, phone) => call('POST', `${at(customer)}/change_number`, { phone }),
  marketing: (customer, to, value) => call('POST', `${at(customer)}/marketing`, { to, value }),
};

// listen opens the event stream for a customer. onReady is called on every
// connection: what happened before it must be loaded. onLost is called when it
// breaks; the browser tries again by itself.
export function listen(customer, onEvent, onReady, onLost) {
  const source = new EventSource(`api/events?customer=${encodeURIComponent(customer ?? '')}`);
  source.addEventListener('hello', onReady);
  source.addEventListener('error', onLost);
  source.addEventListener('message', (e) => onEvent(JSON.parse(e.data)));
  return () => source.close();
}

// numberProblem says why a phone number was not taken.
export const numberProblem = (err) => ({ 400: t('error.phone'), 409: t('error.taken') })[err.status] ?? err.message;
