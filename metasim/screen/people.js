import { api } from './api.js';
import { dialog, h, icon, iconButton, toast } from './dom.js';
import { gist, hue, initials, shortTime, exactly } from './format.js';

export const avatar = (name) => h('span', { class: `avatar ${hue(name)}`, 'aria-hidden': 'true' }, initials(name));

// drawPeople draws the list of customers who can be played.
export function drawPeople(el, state, actions) {
  const focused = document.activeElement?.dataset?.customer;
  el.replaceChildren(h('div', null,
    h('header', { class: 'people-head' }, h('h2', null, 'Customers'), iconButton('attach', 'New customer', actions.addCustomer)),
    state.customers.length === 0 && h('div', { class: 'empty' },
      h('p', null, 'Nobody is here yet.'),
      h('button', { type: 'button', class: 'button primary', onclick: actions.addCustomer }, 'Create a customer')),
    h('ul', { class: 'people-list' }, state.customers.map((c) => {
      const last = [...c.threads].sort((a, b) => (a.last_at < b.last_at ? 1 : -1))[0];
      const unread = c.threads.reduce((n, t) => n + t.unread, 0);
      const here = c.id === state.customer;
      return h('li', null, h('button', { type: 'button', class: 'person', 'data-customer': c.id, 'aria-current': here ? 'true' : null, onclick: () => actions.openCustomer(c.id) },
        avatar(c.name),
        h('span', { class: 'person-text' },
          h('span', { class: 'person-top' }, h('span', { class: 'person-name' }, c.name),
            last && h('time', { dateTime: last.last_at, title: exactly(last.last_at) }, shortTime(last.last_at))),
          h('span', { class: 'person-last' }, h('span', { class: 'clip' }, last ? `${last.last_direction === 'in' ? 'You: ' : ''}${gist({ text: last.last_text, type: last.last_type })}` : c.phone ?? c.bsuid),
            unread > 0 && h('span', { class: 'badge', 'aria-label': `${unread} unread` }, String(unread))))));
    }))));
  if (focused) el.querySelector(`[data-customer="${CSS.escape(focused)}"]`)?.focus();
}

const suggestions = [
  ['Zuzana Kováčová', '+4219051'], ['Emma Clarke', '+4477009'], ['João Pereira', '+5511987'], ['Ivana Horvat', '+3859112'], ['Мария Иванова', '+3598871'],
  ['Ľuboš Šťastný', '+4219114'], ['Mariana Araújo', '+5521998'], ['Noah Williams', '+1415555'],
];

const random = (n) => Math.floor(Math.random() * n);

// newCustomer asks for a customer and tells their id.
export function newCustomer(state, done) {
  const [name, prefix] = suggestions[random(suggestions.length)];
  const nameField = h('input', { id: 'new-name', value: name, required: true, maxLength: 300, autocomplete: 'off' });
  const phoneField = h('input', { id: 'new-phone', value: prefix + String(random(100000)).padStart(5, '0'), type: 'tel', autocomplete: 'off', required: true });
  const hidden = h('input', { id: 'new-hidden', type: 'checkbox' });
  dialog('New customer', (close) => h('form', {
    class: 'form', onsubmit: async (e) => {
      e.preventDefault();
      try {
        const made = await api.save({ phone: phoneField.value, name: nameField.value, hide_phone: hidden.checked });
        close();
        done(made.id);
      } catch (err) {
        toast(err.message);
        phoneField.focus();
      }
    },
  },
  h('label', { for: 'new-name' }, 'Name'), nameField,
  h('label', { for: 'new-phone' }, 'Phone number, with country code'), phoneField,
  h('label', { class: 'check' }, hidden, h('span', null, 'Hide the number from businesses', h('small', null, 'As people with a WhatsApp user name can: only their user id is shown.'))),
  h('div', { class: 'form-foot' }, h('button', { type: 'submit', class: 'button primary' }, 'Create'))));
  nameField.select();
}

export const emptyPhone = (state, actions) => {
  if (state.numbers.length === 0) {
    return h('div', { class: 'empty big' }, icon('info'), h('h2', null, 'No business number yet'),
      h('p', null, 'Make one known to the simulator, and it appears here at once:'),
      h('code', null, 'POST /sim/api/numbers'));
  }
  return h('div', { class: 'empty big' }, icon('person'), h('h2', null, 'Whose phone is it?'),
    h('p', null, state.customers.length > 0 ? 'Choose a customer, or create another one.' : 'Create a customer, then write to the business as they would.'),
    h('button', { type: 'button', class: 'button primary', onclick: actions.addCustomer }, 'New customer'));
};
