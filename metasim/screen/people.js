import { api, numberProblem } from './api.js';
import { dialog, h, icon, iconButton, toast } from './dom.js';
import { gist, hue, initials, shortTime, exactly } from './format.js';
import { t } from './words.js';

export const avatar = (name) => h('span', { class: `avatar ${hue(name)}`, 'aria-hidden': 'true' }, initials(name));

const folded = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

// People is the list of customers who can be played.
export class People {
  constructor(state, actions) {
    this.state = state;
    this.actions = actions;
    this.find = h('input', { type: 'search', class: 'find', placeholder: t('people.find'), 'aria-label': t('people.find'), autocomplete: 'off', oninput: () => this.draw() });
    this.list = h('ul', { class: 'people-list' });
    this.none = h('div', { class: 'empty' });
    this.el = h('div', null,
      h('header', { class: 'people-head' },
        h('div', { class: 'people-title' }, h('h2', null, t('customers')), iconButton('attach', t('people.new'), actions.addCustomer)), this.find),
      this.list, this.none);
  }

  draw() {
    const { state, actions } = this;
    const focused = document.activeElement?.dataset?.customer;
    const wanted = folded(this.find.value.trim());
    const shown = state.customers.filter((c) => [c.name, c.phone ?? '', c.bsuid, c.username ?? ''].some((v) => folded(v).includes(wanted)));
    this.find.hidden = state.customers.length < 8 && !wanted;
    this.none.hidden = shown.length > 0;
    this.none.replaceChildren(...(state.customers.length === 0
      ? [h('p', null, t('people.none')), h('button', { type: 'button', class: 'button primary', onclick: actions.addCustomer }, t('people.create'))]
      : [h('p', null, t('people.no_match', { text: this.find.value.trim() }))]));
    this.list.replaceChildren(...shown.map((c) => this.row(c)));
    if (focused) this.list.querySelector(`[data-customer="${CSS.escape(focused)}"]`)?.focus();
  }

  row(c) {
    const { state, actions } = this;
    const last = [...c.threads].sort((a, b) => (a.last_at < b.last_at ? 1 : -1))[0];
    const unread = c.threads.reduce((n, thread) => n + thread.unread, 0);
    const here = c.id === state.customer;
    const text = last?.last_direction ? gist({ text: last.last_text, type: last.last_type, revoked: last.last_revoked }) : c.phone ?? c.bsuid;
    return h('li', null, h('button', { type: 'button', class: 'person', 'data-customer': c.id, 'aria-current': here ? 'true' : null, onclick: () => actions.openCustomer(c.id) },
      avatar(c.name),
      h('span', { class: 'person-text' },
        h('span', { class: 'person-top' }, h('span', { class: 'person-name', dir: 'auto' }, c.name),
          last && h('time', { dateTime: last.last_at, title: exactly(last.last_at) }, shortTime(last.last_at))),
        h('span', { class: 'person-last' },
          h('span', { class: 'clip' }, c.offline && `${t('people.off')} · `, last?.last_direction === 'in' ? t('you_said', { text }) : text),
          unread > 0 && h('span', { class: 'badge' }, h('span', { 'aria-hidden': 'true' }, String(unread)), h('span', { class: 'unseen' }, t('people.unread', { n: unread })))))));
  }
}

// People nobody has: the ends of the numbers are kept free for fiction, or are
// plainly made up.
const suggestions = [
  ['Zuzana Kováčová', '+421900000', 3], ['Emma Clarke', '+447700900', 3], ['João Pereira', '+5511900000', 3], ['Ivana Horvat', '+385910000', 3], ['Мария Иванова', '+359880000', 3],
  ['Ľuboš Šťastný', '+421900000', 3], ['Mariana Araújo', '+5521900000', 3], ['Noah Williams', '+141555501', 2],
];

const random = (n) => Math.floor(Math.random() * n);

// newCustomer asks for a customer and tells their id.
export function newCustomer(state, done) {
  const [name, prefix, digits] = suggestions[random(suggestions.length)];
  const nameField = h('input', { id: 'new-name', value: name, required: true, maxLength: 300, autocomplete: 'off' });
  const phoneField = h('input', { id: 'new-phone', value: prefix + String(random(10 ** digits)).padStart(digits, '0'), type: 'tel', autocomplete: 'off', required: true });
  const hidden = h('input', { id: 'new-hidden', type: 'checkbox' });
  dialog(t('people.new'), (close) => h('form', {
    class: 'form', onsubmit: async (e) => {
      e.preventDefault();
      try {
        const made = await api.save({ phone: phoneField.value, name: nameField.value, hide_phone: hidden.checked });
        close();
        done(made.id);
      } catch (err) {
        toast(numberProblem(err));
        phoneField.focus();
      }
    },
  },
  h('label', { for: 'new-name' }, t('new.name')), nameField,
  h('label', { for: 'new-phone' }, t('new.phone')), phoneField,
  h('label', { class: 'check' }, hidden, h('span', null, t('new.hide'), h('small', null, t('new.hide_hint')))),
  h('div', { class: 'form-foot' }, h('button', { type: 'submit', class: 'button primary' }, t('new.create')))));
  nameField.select();
}

const primary = (label, onclick) => h('button', { type: 'button', class: 'button primary', onclick }, label);

export function emptyPhone(state, actions) {
  const big = (name, title, ...more) => h('div', { class: 'empty big' }, icon(name), h('h2', null, title), ...more);
  if (state.numbers.length === 0) return big('info', t('empty.number'), h('p', null, t('empty.number_hint')), h('code', null, 'POST /sim/api/numbers'));
  if (state.stranger) {
    return big('person', t('empty.stranger'), h('p', null, t('empty.stranger_hint', { who: state.stranger })), primary(t('empty.stranger_make'), () => actions.befriend(state.stranger)));
  }
  return big('person', t('empty.whose'), h('p', null, t(state.customers.length > 0 ? 'empty.choose' : 'empty.create')), primary(t('people.new'), actions.addCustomer));
}
