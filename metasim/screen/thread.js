import { h, icon, iconButton, popover, toast } from './dom.js';
import { dayOf, exactly, gist, timeOf } from './format.js';
import { avatar, emptyPhone } from './people.js';
import { content } from './bubble.js';

const quick = ['👍', '❤️', '😂', '😮', '😢', '🙏'];

// What the phone of the customer has not got yet, or never gets, is not shown.
const arrived = (m) => m.direction === 'in' || !['accepted', 'sent', 'failed'].includes(m.status);
const notice = (m) => ['system', 'request_welcome'].includes(m.type);
const hidden = (m) => ['reaction', 'edit', 'revoke'].includes(m.type);

// Thread draws the head and the messages. Bubbles are kept between draws and
// made anew only when their message changed, so that players go on playing.
export class Thread {
  constructor(state, actions) {
    this.state = state;
    this.actions = actions;
    this.bubbles = new Map();
    this.head = h('header', { class: 'phone-head' });
    this.log = h('div', { class: 'log', role: 'log', 'aria-label': 'Messages', tabIndex: 0 });
    this.el = h('section', { class: 'thread', 'aria-label': 'Thread' }, this.head, this.log);
  }

  drawHead() {
    const { state, actions } = this;
    const customer = state.customers.find((c) => c.id === state.customer);
    const focused = this.head.contains(document.activeElement) ? document.activeElement.id : null;
    if (!customer || !state.number) {
      this.head.replaceChildren(state.embed && state.customers.length > 0 ? this.playing() : h('span', { class: 'phone-title' }, "Customer's phone"));
      return;
    }
    const unreadAt = (id) => customer.threads.find((t) => t.phone_number_id === id)?.unread ?? 0;
    const typing = Date.now() < state.typingUntil;
    const line = h('span', { class: typing ? 'phone-sub typing' : 'phone-sub' }, typing ? 'typing…' : state.number.phone_number);
    const title = state.numbers.length > 1
      ? h('select', { id: 'number-choice', class: 'number-choice', 'aria-label': 'Business', onchange: (e) => actions.openNumber(e.target.value) },
        state.numbers.map((n) => h('option', { value: n.phone_number_id, selected: n === state.number },
          n.name || n.phone_number, unreadAt(n.phone_number_id) && n !== state.number ? ` (${unreadAt(n.phone_number_id)})` : '')))
      : h('span', { class: 'phone-title clip' }, state.number.name || state.number.phone_number);
    this.head.replaceChildren(...[
      !state.embed && iconButton('back', 'Back to the customers', actions.closeThread, { class: 'icon-button narrow-only' }),
      avatar(state.number.name || state.number.phone_number),
      h('span', { class: 'phone-who' }, title, line),
      state.embed && this.playing(),
      iconButton('info', 'About this customer', () => actions.toggleAbout(), { id: 'about-toggle', class: 'icon-button about-toggle' }),
    ].filter(Boolean));
    if (focused) document.getElementById(focused)?.focus();
  }

  // playing chooses the customer where there is no list beside the phone.
  playing() {
    const { state, actions } = this;
    return h('select', {
      id: 'customer-choice', class: 'customer-choice', 'aria-label': 'You are',
      onchange: (e) => (e.target.value === '+' ? actions.addCustomer() : actions.openCustomer(e.target.value)),
    },
    state.customers.map((c) => {
      const unread = c.threads.reduce((n, t) => n + t.unread, 0);
      return h('option', { value: c.id, selected: c.id === state.customer }, c.name, unread && c.id !== state.customer ? ` (${unread})` : '');
    }),
    h('option', { value: '+' }, 'New customer…'));
  }

  draw() {
    this.drawHead();
    const { state, log } = this;
    if (!state.customer || !state.number) {
      this.bubbles.clear();
      log.replaceChildren(emptyPhone(state, this.actions));
      return;
    }
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
    const byID = new Map(state.messages.map((m) => [m.id, m]));
    const rows = [];
    const kept = new Map();
    let day = '';
    let previous = null;
    for (const m of state.messages) {
      if (hidden(m) || !arrived(m)) continue;
      const today = dayOf(m.at);
      if (today !== day) {
        rows.push(h('div', { class: 'day' }, h('span', null, today)));
        previous = null;
      }
      day = today;
      const first = previous?.direction !== m.direction || notice(m);
      const stamp = JSON.stringify([m.text, m.revoked, m.edited, m.reactions, first, m.direction === 'in' && m.status]);
      let row = this.bubbles.get(m.id);
      if (!row || row.stamp !== stamp) row = { stamp, el: this.row(m, byID, first) };
      kept.set(m.id, row);
      rows.push(row.el);
      previous = notice(m) ? null : m;
    }
    if (rows.length === 0) rows.push(h('p', { class: 'hint' }, `Say something to ${state.number.name || state.number.phone_number}.`));
    if (Date.now() < state.typingUntil) rows.push(h('div', { class: 'row out' }, h('div', { class: 'bubble dots', 'aria-label': 'The business is typing' }, h('i'), h('i'), h('i'))));
    this.bubbles = kept;
    this.place(rows);
    if (atEnd) this.toEnd();
  }

  // place changes only what differs, so that focus and selections stay.
  place(rows) {
    const wanted = new Set(rows);
    for (const child of [...this.log.children]) if (!wanted.has(child)) child.remove();
    rows.forEach((row, i) => { if (this.log.children[i] !== row) this.log.insertBefore(row, this.log.children[i] ?? null); });
  }

  toEnd() { this.log.scrollTop = this.log.scrollHeight; }

  row(m, byID, first) {
    if (notice(m)) return h('div', { class: 'notice' }, m.text || 'You opened the chat.');
    const mine = m.direction === 'in';
    const quoted = m.context_id && byID.get(m.context_id);
    const bare = m.type === 'sticker' && !m.revoked;
    const bubble = h('div', { class: bare ? 'bubble bare' : 'bubble' },
      quoted && !m.revoked && h('button', { type: 'button', class: 'quote', onclick: () => this.jump(quoted.id) },
        h('span', { class: 'quote-who' }, quoted.direction === 'in' ? 'You' : this.state.number.name), h('span', { class: 'clip' }, gist(quoted))),
      m.revoked ? h('span', { class: 'deleted' }, 'You deleted this message') : content(m, this.actions),
      h('span', { class: 'meta' }, m.edited && 'edited · ', h('time', { dateTime: m.at, title: exactly(m.at) }, timeOf(m.at))));
    const more = iconButton('more', `Actions for ${gist(m)}`.slice(0, 80), () => this.menu(more, m), { class: 'icon-button row-more' });
    bubble.addEventListener('contextmenu', (e) => { e.preventDefault(); this.menu(more, m); });
    bubble.addEventListener('dblclick', () => this.actions.reply(m));
    return h('div', { class: `row ${mine ? 'in' : 'out'}${first ? ' first' : ''}`, 'data-id': m.id },
      h('span', { class: 'unseen' }, mine ? 'You' : this.state.number.name),
      h('div', { class: 'bubble-line' }, bubble, !m.revoked && more),
      m.reactions?.length > 0 && h('div', { class: 'reactions' }, m.reactions.map((r) => h('span', { title: r.direction === 'in' ? 'You' : this.state.number.name }, r.emoji))));
  }

  jump(id) {
    const el = this.log.querySelector(`[data-id="${CSS.escape(id)}"]`);
    el?.scrollIntoView({ block: 'center' });
    el?.classList.add('found');
    setTimeout(() => el?.classList.remove('found'), 1200);
  }

  menu(anchor, m) {
    const { actions } = this;
    const mine = m.reactions?.find((r) => r.direction === 'in')?.emoji;
    let close = () => {};
    const item = (name, label, act) => h('button', { type: 'button', class: 'menu-item', onclick: () => { close(); act(); } }, icon(name), label);
    const react = (emoji) => actions.send({ type: 'reaction', reaction: { message_id: m.id, emoji: emoji === mine ? '' : emoji } });
    const panel = h('div', { class: 'menu', role: 'group', 'aria-label': 'Message actions' },
      h('div', { class: 'quick' }, quick.map((emoji) => h('button', {
        type: 'button', 'aria-pressed': String(emoji === mine), 'aria-label': emoji === mine ? `Take ${emoji} back` : `React with ${emoji}`,
        onclick: () => { close(); react(emoji); },
      }, emoji))),
      item('reply', 'Reply', () => actions.reply(m)),
      m.text && item('copy', 'Copy text', async () => {
        try { await navigator.clipboard.writeText(m.text); toast('Copied.'); } catch { toast('The browser did not allow copying.'); }
      }));
    close = popover(anchor, panel, 'below');
  }
}
