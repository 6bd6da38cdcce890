const now = Date.now();
const minute = 60_000;
const hour = 60 * minute;
const ago = (ms: number) => new Date(now - ms).toISOString();

export const me = {
  id: "m1",
  name: "Zuzana Kováčová",
  email: "zuzana@example.test",
  role: "agent",
  permissions: [
    "conversations.read",
    "conversations.reply",
    "conversations.manage",
    "contacts.edit",
  ] as string[],
  settings: {
    language: null as string | null,
    theme: "system",
    density: "comfortable",
    notify: "mine_and_unassigned",
    sound: true,
    quiet: false,
  },
  workspace: { id: "w1", name: "Marina Tours", settings: { warn_before_seconds: 7200 } },
  changes_upto: 1,
  server_time: new Date(now).toISOString(),
  demo: false,
  version: 1,
};

export const sessions = [
  {
    id: "s1",
    current: true,
    user_agent:
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0 Safari/537.36",
    ip: "203.0.113.7",
    created_at: ago(3 * hour),
    last_seen_at: ago(20_000),
  },
  {
    id: "s2",
    current: false,
    user_agent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
    ip: "198.51.100.23",
    created_at: ago(90 * hour),
    last_seen_at: ago(26 * hour),
  },
];

const NAMES = [
  "Ana Horvat",
  "João Pedro Albuquerque de Vasconcelos e Silva Montenegro Filho",
  "Łucja Wiśniewska",
  "Мария Иванова",
  "Ivan Novák",
  "+421 903 123 456",
  "دانا حداد",
  "Beatriz Lima",
];

const TEXTS = [
  "Dobrý deň, dá sa výlet presunúť na nedeľu?",
  "Oi! Vocês ainda têm vaga para o passeio de barco no sábado à tarde, para duas pessoas e uma criança de quatro anos?",
  "Thanks, see you at nine 👍",
  "Kolika je cijena za dvije osobe?",
  "📷 Photo",
  "Може ли да платя на място?",
  "مرحبا",
  "We are at the pier and cannot find the boat.",
];

const STATUSES = [null, "read", "delivered", "sent", "failed", "queued", null, "unknown"];

export const conversations = Array.from({ length: 400 }, (_, index) => {
  const status = STATUSES[index % 8] ?? null;
  const waiting = index < 7;
  const left = waiting ? (index - 1) * 40 * minute : 24 * hour - index * 20 * minute;
  return {
    id: `c${index}`,
    number: 1400 - index,
    channel_id: "ch1",
    contact_id: `k${index}`,
    kind: "whatsapp",
    participant: { name: NAMES[index % 8] ?? "", phone: null, user_id: null, username: null },
    status: "open",
    waiting,
    waiting_since: waiting ? ago(hour) : null,
    snoozed_until: null,
    last_inbound_at: ago(hour),
    last_operator_id: null,
    last_outgoing: null,
    allowed_free_form: left > 0,
    unread: waiting ? (index === 2 ? 120 : index + 1) : 0,
    holder: "queue",
    assignee_id: index % 3 === 0 ? me.id : null,
    last_operator: null,
    last_message: {
      id: `l${index}`,
      text: TEXTS[index % 8],
      type: "text",
      direction: status ? "out" : "in",
      status,
      at: ago(index * index * 4 * minute),
    },
    window: {
      service: {
        open: left > 0,
        opened_at: new Date(now + left - 24 * hour).toISOString(),
        closes_at: new Date(now + left).toISOString(),
      },
    },
    created_at: ago(300 * hour),
    version: 1,
  };
});

export const counters = {
  mine: 134,
  mine_unread: 2,
  open: 400,
  unassigned: 266,
  waiting: 7,
  waiting_mine: 3,
  version: 1,
};
