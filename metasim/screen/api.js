// The simulator's control API as the phone uses it.

export class ApiError extends Error {}

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
    throw new ApiError('The simulator does not answer. Is it still running?');
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new ApiError(answer.detail ?? `The simulator answered ${response.status}.`);
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
// connection: what happened before it must be loaded.
export function listen(customer, onEvent, onReady) {
  const source = new EventSource(`api/events?customer=${encodeURIComponent(customer ?? '')}`);
  source.addEventListener('hello', onReady);
  source.addEventListener('message', (e) => onEvent(JSON.parse(e.data)));
  return () => source.close();
}
