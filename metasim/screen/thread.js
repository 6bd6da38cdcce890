import { h, icon, iconButton, popover, toast } from './dom.js';
import { emoji } from './emoji.js';
import { dayOf, exactly, gist, now, timeOf } from './format.js';
import { avatar, emptyPhone } from './people.js';
import { content } from './bubble.js';
import { t } from './words.js';

const quick = ['👍', '❤️', '😂', '😮', '😢', '🙏'];

// What the phone of the customer has not got yet, or never gets, is not shown.
const arrived = (m) => m.direction === 'in' || !['accepted', 'sent', 'failed'].includes(m.status);
const notice = (m) => ['system', 'request_welcome'].includes(m.type);
const hidden = (m) => ['reaction', 'edit', 'revoke'].includes(m.type);

// WhatsApp lets people change a message for 15 minutes and take it back for two
// days.
const younger = (m, minutes) => now() - new Date(m.at) < minutes * 60000;
const editable = (m) => (m.type === 'text' || (['image', 'video', 'document'].includes(m.type) && m.text)) && younger(m, 15);

// Thread draws the head and the messages. Bubbles are kept between draws and
// made anew only when their message changed, so that players go on playing.
export class Thread {
  constructor(state, actions) {
    this.state = state;
    this.actions = actions;
    this.bubbles = new Map();
    this.head = h('header', { class: 'phone-head' });
    this.log = h('div', { class: 'log', role: 'log', 'aria-label': t('thread.messages'), tabIndex: 0, onscroll: () => this.drawEnd() });
    this.end = h('button', { type: 'button', class: 'icon-button to-end', hidden: true, onclick: () => { this.toEnd(); this.actions.focusComposer(); } });
    this.el = h('section', { class: 'thread', 'aria-label': t('thread') }, this.head, h('div', { class: 'log-box' }, this.log, this.end));
    this.below = 0; // messages that came while the end was out of sight
    new ResizeObserver(() => { if (this.sticks) this.toEnd(); }).observe(this.log);
  }

  atEnd() { return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80; }

  drawEnd() {
    this.sticks = this.atEnd();
    if (this.sticks) this.below = 0;
    const label = this.below > 0 ? t('thread.new', { n: this.below }) : t('thread.end');
    this.end.hidden = this.sticks;
    if (this.end.title === label) return;
    this.end.title = label;
    this.end.setAttribute('aria-label', label);
    this.end.replaceChildren(icon('down'), ...(this.below > 0 ? [h('span', { class: 'badge', 'aria-hidden': 'true' }, String(this.below))] : []));
  }

  drawHead() {
    const { state, actions } = this;
    const customer = state.customers.find((c) => c.id === state.customer);
    const focused = this.head.contains(document.activeElement) ? document.activeElement.id : null;
    if (!customer || !state.number) {
      this.head.replaceChildren(state.embed && state.customers.length > 0 ? this.playing() : h('span', { class: 'phone-title' }, t('customers_phone')));
      return;
    }
    const unreadAt = (id) => customer.threads.find((thread) => thread.phone_number_id === id)?.unread ?? 0;
    const typing = Date.now() < state.typingUntil;
    const line = h('span', { class: typing ? 'phone-sub typing' : 'phone-sub' }, state.lost ? t('head.connecting') : typing ? t('head.typing') : state.number.phone_number);
    const title = state.numbers.length > 1
      ? h('select', { id: 'number-choice', class: 'number-choice', 'aria-label': t('head.business'), onchange: (e) => actions.openNumber(e.target.value) },
        state.numbers.map((n) => h('option', { value: n.phone_number_id, selected: n === state.number },
          n.name || n.phone_number, unreadAt(n.phone_number_id) && n !== state.number ? ` (${unreadAt(n.phone_number_id)})` : '')))
      : h('span', { class: 'phone-title clip' }, state.number.name || state.number.phone_number);
    this.head.replaceChildren(...[
      !state.embed && iconButton('back', t('head.back'), actions.closeThread, { class: 'icon-button narrow-only' }),
      avatar(state.number.name || state.number.phone_number),
      h('span', { class: 'phone-who' }, title, line),
      state.embed && this.playing(),
      iconButton('info', t('about'), () => actions.toggleAbout(), { id: 'about-toggle', class: 'icon-button about-toggle' }),
    ].filter(Boolean));
    if (focused) document.getElementById(focused)?.focus();
  }

  // playing chooses the customer where there is no list beside the phone.
  playing() {
    const { state, actions } = this;
    return h('select', {
      id: 'customer-choice', class: 'customer-choice', 'aria-label': t('head.playing'),
      onchange: (e) => (e.target.value === '+' ? actions.addCustomer() : actions.openCustomer(e.target.value)),
    },
    !state.customer && h('option', { value: '', selected: true }, '…'),
    state.customers.map((c) => {
      const unread = c.threads.reduce((n, thread) => n + thread.unread, 0);
      return h('option', { value: c.id, selected: c.id === state.customer }, c.name, unread && c.id !== state.customer ? ` (${unread})` : '');
    }),
    h('option', { value: '+' }, t('head.new')));
  }

  draw() {
    this.drawHead();
    const { state, log } = this;
    if (!state.customer || !state.number) {
      this.bubbles.clear();
      this.shown = null;
      log.replaceChildren(emptyPhone(state, this.actions));
      this.drawEnd();
      return;
    }
    const atEnd = this.atEnd();
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
      const stamp = JSON.stringify([m.text, m.revoked, m.edited, m.reactions, first, m.direction === 'in' && m.status, quotes(byID.get(m.context_id))]);
      let row = this.bubbles.get(m.id);
      if (!row || row.stamp !== stamp) row = { stamp, el: this.row(m, byID, first) };
      kept.set(m.id, row);
      rows.push(row.el);
      previous = notice(m) ? null : m;
    }
    if (rows.length === 0) rows.push(h('p', { class: 'hint' }, t('thread.empty', { name: state.number.name || state.number.phone_number })));
    if (Date.now() < state.typingUntil) rows.push(h('div', { class: 'row out' }, h('div', { class: 'bubble dots', role: 'img', 'aria-label': t('thread.typing') }, h('i'), h('i'), h('i'))));
    const key = `${state.customer} ${state.number.phone_number_id}`;
    if (this.shown === key && !atEnd) this.below += state.messages.filter((m) => m.direction === 'out' && kept.has(m.id) && !this.bubbles.has(m.id)).length;
    this.shown = key;
    this.bubbles = kept;
    this.place(rows);
    if (atEnd) this.toEnd();
    this.drawEnd();
  }

  // place changes only what differs, so that focus and selections stay.
  place(rows) {
    const wanted = new Set(rows);
    for (const child of [...this.log.children]) if (!wanted.has(child)) child.remove();
    rows.forEach((row, i) => { if (this.log.children[i] !== row) this.log.insertBefore(row, this.log.children[i] ?? null); });
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
    this.drawEnd();
  }

  row(m, byID, first) {
    if (notice(m)) return h('div', { class: 'notice' }, noticed(m));
    const mine = m.direction === 'in';
    const quoted = m.context_id && byID.get(m.context_id);
    const bare = m.type === 'sticker' && !m.revoked;
    const bubble = h('div', { class: bare ? 'bubble bare' : 'bubble' },
      quoted && !m.revoked && h('button', { type: 'button', class: 'quote', onclick: () => this.jump(quoted.id) },
        h('span', { class: 'quote-who' }, quoted.direction === 'in' ? t('you') : this.state.number.name), h('span', { class: 'clip', dir: 'auto' }, gist(quoted))),
      m.referral && !m.revoked && h('span', { class: 'quote from-ad' }, icon('ad'), t('ad.came', { headline: m.referral.headline ?? m.referral.source_url ?? '' })),
      m.revoked ? h('span', { class: 'deleted' }, t('thread.deleted')) : content(m, this.actions),
      h('span', { class: 'meta' }, m.edited && !m.revoked && `${t('thread.edited')} · `, h('time', { dateTime: m.at, title: exactly(m.at) }, timeOf(m.at)), mine && !m.revoked && ticks(m)));
    const more = iconButton('more', t('thread.actions', { text: gist(m) }).slice(0, 80), () => this.menu(more, m), { class: 'icon-button row-more' });
    bubble.addEventListener('contextmenu', (e) => { e.preventDefault(); this.menu(more, m); });
    bubble.addEventListener('dblclick', () => this.actions.reply(m));
    return h('div', { class: `row ${mine ? 'in' : 'out'}${first ? ' first' : ''}`, 'data-id': m.id },
      h('span', { class: 'unseen' }, mine ? t('you') : this.state.number.name),
      h('div', { class: 'bubble-line' }, bubble, !m.revoked && more),
      m.reactions?.length > 0 && h('div', { class: 'reactions' }, m.reactions.map((r) => (r.direction === 'in'
        ? h('button', { type: 'button', title: t('you'), 'aria-label': t('menu.unreact', { emoji: r.emoji }), onclick: () => this.react(m, '') }, r.emoji)
        : h('span', { title: this.state.number.name }, r.emoji)))));
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
    const own = m.direction === 'in';
    const panel = h('div', { class: 'menu', role: 'group', 'aria-label': t('menu') },
      h('div', { class: 'quick' }, [...quick, ...(mine && !quick.includes(mine) ? [mine] : [])].map((one) => h('button', {
        type: 'button', 'aria-pressed': String(one === mine), 'aria-label': t(one === mine ? 'menu.unreact' : 'menu.react', { emoji: one }),
        onclick: () => { close(); this.react(m, one === mine ? '' : one); },
      }, one)), iconButton('attach', t('menu.more_emoji'), () => { close(); this.emojis(anchor, m); })),
      item('reply', t('menu.reply'), () => actions.reply(m)),
      m.text && item('copy', t('menu.copy'), async () => {
        try { await navigator.clipboard.writeText(m.text); toast(t('copied')); } catch { toast(t('not_copied')); }
      }),
      own && editable(m) && item('edit', t('menu.edit'), () => actions.edit(m)),
      own && younger(m, 2880) && item('trash', t('menu.delete'), () => actions.send({ type: 'revoke', revoke: { original_message_id: m.id } })));
    close = popover(anchor, panel, 'below');
  }

  react(m, emoji) { return this.actions.send({ type: 'reaction', reaction: { message_id: m.id, emoji } }, false); }

  emojis(anchor, m) {
    let close = () => {};
    close = popover(anchor, h('div', { class: 'menu emojis', role: 'group', 'aria-label': t('compose.emoji') },
      emoji.map((one) => h('button', { type: 'button', 'aria-label': t('menu.react', { emoji: one }), onclick: () => { close(); this.react(m, one); } }, one))), 'below');
  }
}

// quotes is what a reply shows of its original, to notice when that changed.
const quotes = (m) => m && [m.text, m.revoked];

function noticed(m) {
  if (m.type === 'request_welcome') return t('thread.opened');
  if (m.content.type === 'user_changed_number') return t('thread.number_changed');
  if (m.content.type === 'user_changed_user_id') return t('thread.id_changed');
  return m.text;
}

// ticks say how far the customer's own message got: the business has it, or a
// member saw it.
function ticks(m) {
  const label = t(m.status === 'read' ? 'tick.read' : 'tick.delivered');
  return h('span', { class: m.status === 'read' ? 'ticks is-read' : 'ticks', title: label }, icon('ticks'), h('span', { class: 'unseen' }, label));
}
