import { api } from './api.js';
import { dialog, h, iconButton, toast } from './dom.js';
import { exactly, left } from './format.js';
import { avatar } from './people.js';

let drawn = '';

// drawAbout shows what the business can see of the customer, and the switches
// a tester needs. It is redrawn only when something changed, to keep the focus.
export function drawAbout(el, state, actions, customer) {
  const thread = customer?.threads.find((t) => t.phone_number_id === state.number?.phone_number_id);
  const open = thread?.window_closes_at ? left(thread.window_closes_at) : null;
  const free = thread?.free_until ? left(thread.free_until) : null;
  const stamp = JSON.stringify([customer && { ...customer, threads: null }, open, free, state.readsAtOnce, state.number?.phone_number_id]);
  if (stamp === drawn) return;
  drawn = stamp;
  if (!customer) {
    el.replaceChildren();
    return;
  }
  const saved = (change) => actions.guard(async () => { await api.save({ phone: customer.phone ?? '', bsuid: customer.bsuid, ...change }); await actions.reload(); });
  const row = (name, value, title) => value && h('div', null, h('dt', null, name), h('dd', title ? { title } : null, value));
  const check = (label, hint, checked, onchange) => h('label', { class: 'check' }, h('input', { type: 'checkbox', checked, onchange: (e) => onchange(e.target.checked) }), h('span', null, label, h('small', null, hint)));
  el.replaceChildren(
    h('header', { class: 'about-head' }, avatar(customer.name), h('h2', null, customer.name), iconButton('close', 'Close', () => actions.toggleAbout(false), { class: 'icon-button about-close' })),
    h('dl', { class: 'facts' },
      row('Phone', customer.phone ?? 'none'),
      row('Business sees', customer.wa_id ? `+${customer.wa_id}` : 'no number'),
      row('User id', customer.bsuid),
      row('User name', customer.username),
      row('24-hour window', open ? `open, ${open} left` : thread?.window_closes_at ? 'closed' : 'never opened', thread?.window_closes_at && `closes ${exactly(thread.window_closes_at)}`),
      row('Free entry point', free && `${free} left`, thread?.free_until && exactly(thread.free_until))),
    h('div', { class: 'switches' },
      check('Read messages when they are shown', 'The business sees them as read.', state.readsAtOnce, actions.setReadsAtOnce),
      check('Phone is off', 'Messages stay at “sent”.', customer.offline, (on) => saved({ offline: on })),
      check('Hide the phone number', 'Businesses see only the user id.', customer.hide_phone, (on) => saved({ hide_phone: on })),
      check('Stop marketing messages', 'Marketing templates fail with 131050.', customer.marketing_stopped,
        (on) => actions.guard(async () => { await api.marketing(customer.id, state.number.phone_number_id, on ? 'stop' : 'resume'); await actions.reload(); }))),
    h('div', { class: 'about-foot' }, h('button', { type: 'button', class: 'button', onclick: () => changeNumber(customer, actions) }, 'Change phone number…')),
  );
}

function changeNumber(customer, actions) {
  const field = h('input', { id: 'new-number', type: 'tel', required: true, autocomplete: 'off', placeholder: '+421905000000' });
  dialog('Change phone number', (close) => h('form', {
    class: 'form', onsubmit: async (e) => {
      e.preventDefault();
      try {
        const changed = await api.changeNumber(customer.id, field.value);
        close();
        await actions.reload();
        await actions.openCustomer(changed.id);
      } catch (err) {
        toast(err.message);
        field.focus();
      }
    },
  }, h('p', null, 'Every business they wrote with is told, and their user id changes too.'), h('label', { for: 'new-number' }, 'New number, with country code'), field,
  h('div', { class: 'form-foot' }, h('button', { type: 'submit', class: 'button primary' }, 'Change'))));
}
