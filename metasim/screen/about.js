import { api, numberProblem } from './api.js';
import { dialog, h, iconButton, toast } from './dom.js';
import { exactly, left } from './format.js';
import { avatar } from './people.js';
import { t } from './words.js';

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
    h('header', { class: 'about-head' }, avatar(customer.name), h('h2', { dir: 'auto' }, customer.name), iconButton('close', t('close'), () => actions.toggleAbout(false), { class: 'icon-button about-close' })),
    h('dl', { class: 'facts' },
      row(t('about.phone'), customer.phone ?? t('about.none')),
      row(t('about.sees'), customer.wa_id ? `+${customer.wa_id}` : t('about.no_number')),
      row(t('about.user_id'), customer.bsuid),
      row(t('about.username'), customer.username),
      row(t('about.window'), open ? t('about.open', { left: open }) : t(thread?.window_closes_at ? 'about.closed' : 'about.never'), open && t('about.closes', { at: exactly(thread.window_closes_at) })),
      row(t('about.free'), free && t('about.left', { left: free }), thread?.free_until && exactly(thread.free_until))),
    h('div', { class: 'switches' },
      check(t('about.reads'), t('about.reads_hint'), state.readsAtOnce, actions.setReadsAtOnce),
      check(t('about.off'), t('about.off_hint'), customer.offline, (on) => saved({ offline: on })),
      check(t('about.hide'), t('about.hide_hint'), customer.hide_phone, (on) => saved({ hide_phone: on })),
      check(t('about.stop'), t('about.stop_hint'), customer.marketing_stopped,
        (on) => actions.guard(async () => { await api.marketing(customer.id, state.number.phone_number_id, on ? 'stop' : 'resume'); await actions.reload(); }))),
    h('div', { class: 'about-foot' }, h('button', { type: 'button', class: 'button', onclick: () => changeNumber(customer, actions) }, t('number.change'))),
  );
}

function changeNumber(customer, actions) {
  const field = h('input', { id: 'new-number', type: 'tel', required: true, autocomplete: 'off', placeholder: '+421905000000' });
  dialog(t('number.title'), (close) => h('form', {
    class: 'form', onsubmit: async (e) => {
      e.preventDefault();
      try {
        const changed = await api.changeNumber(customer.id, field.value);
        close();
        await actions.reload();
        await actions.openCustomer(changed.id);
      } catch (err) {
        toast(numberProblem(err));
        field.focus();
      }
    },
  }, h('p', null, t('number.told')), h('label', { for: 'new-number' }, t('number.new')), field,
  h('div', { class: 'form-foot' }, h('button', { type: 'submit', class: 'button primary' }, t('number.do')))));
}
