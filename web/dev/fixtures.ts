const now = Date.now();
const minute = 60_000;
const hour = 60 * minute;
const ago = (ms: number) => new Date(now - ms).toISOString();

export const me = {
  id: "m1",
  name: "Zuzana Kováčová",
  email: "zuzana@example.test",
  role: "admin",
  permissions: [
    "conversations.read",
    "conversations.reply",
    "conversations.manage",
    "conversations.delete",
    "contacts.edit",
    "messages.info",
    "connections.manage",
    "hooks.read",
    "hooks.replay",
    "members.manage",
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

export const members = [
  { id: "m1", name: me.name, role: "admin" },
  { id: "m2", name: "Gonçalo Albuquerque de Vasconcelos Montenegro", role: "owner" },
  { id: "m3", name: "Ivana Horvat", role: "supervisor" },
  { id: "m4", name: "Samir", role: "agent" },
  { id: "m5", name: "Long Gone", role: "agent", removed: true },
].map((member) => ({
  removed: false,
  version: 1,
  email: `${member.id}@example.test`,
  ...member,
}));

export const channels = [
  { id: "ch1", name: "Support", address: "+385 91 000 0001" },
  { id: "ch2", name: "Bookings for the whole coast and the islands", address: "+385 91 000 0002" },
].map((channel) => ({
  connection_id: "cn1",
  kind: "whatsapp",
  phone_number: channel.address,
  removed: false,
  ...channel,
}));

export const teams = [
  { id: "t1", name: "Bookings", member_ids: ["m3", "m4"], channel_ids: ["ch2"] },
  { id: "t2", name: "Nobody yet", member_ids: [], channel_ids: [] },
];

export const tokens = [
  { id: "k1", name: "Nightly export", last_used_at: ago(5 * hour), revoked_at: null },
  { id: "k2", name: "Old shop", last_used_at: null, revoked_at: ago(90 * hour) },
].map((token) => ({ created_at: ago(400 * hour), ...token }));

export const connections = [
  {
    id: "cn1",
    provider: "cloud",
    name: "Marina Tours on WhatsApp",
    state: "ok",
    state_text: null,
    refused_hooks: 3,
    refused_at: ago(5 * hour),
    hook_url: "https://desk.example.test/hooks/3cbbcbb95a6c63e6bd1254be729047e6",
  },
  {
    id: "cn2",
    provider: "360dialog",
    name: "Winter office",
    state: "reconnect",
    state_text: "360dialog refused the key. Create a new one and enter it here.",
    hook_url: null,
  },
].map((connection, index) => ({
  kind: "whatsapp",
  waba_id: `10229012934039${index}`,
  api_base_url: null,
  hook_path: "/hooks/3cbbcbb95a6c63e6bd1254be729047e6",
  created_at: ago(900 * hour),
  tested_at: ago(20 * hour),
  test_text: null,
  refused_hooks: 0,
  refused_at: null,
  channels: [
    {
      id: `ch${index + 1}`,
      name: channels[index]?.name,
      phone_number: channels[index]?.address,
      phone_number_id: `10654035224292${index}`,
    },
  ],
  ...connection,
}));

export const findings = [
  { field: "access_token", ok: true, code: null, message: "The access token is valid." },
  {
    field: "channels[0].phone_number_id",
    ok: false,
    code: "100",
    message: "WhatsApp does not know this phone number id, or the access token may not see it.",
  },
  {
    field: "waba_id",
    ok: true,
    code: null,
    message: "The account is known to WhatsApp; phone numbers in it: 2.",
  },
];

const tally = { items: 3, applied: 3, parked: 0, duplicates: 0, ignored: 0, failed: 0 };

export const hooks = [
  {
    id: "h1",
    state: "failed",
    reason: "The body is not JSON: it ends in the middle of a text.",
    tally: { ...tally, applied: 1, failed: 1, ignored: 1 },
    items: [
      { index: 1, field: "messages", state: "failed", reason: "The message has no id." },
      { index: 2, field: "flows", state: "ignored", reason: "Nobody here uses flows." },
    ],
  },
  { id: "h2", state: "applied", reason: null, tally, items: [] },
  {
    id: "h3",
    state: "ignored",
    reason: "No channel of this workspace has the phone number id 106540352242999.",
    tally: { ...tally, applied: 0, ignored: 3 },
    items: [],
  },
  { id: "h4", state: "duplicate", reason: null, tally, items: [] },
].map((hook, index) => ({
  connection_id: "cn1",
  received_at: ago((index + 1) * 7 * minute),
  done_at: ago((index + 1) * 7 * minute),
  ...hook,
}));

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
  "",
  "Може ли да платя на място?",
  "مرحبا",
  "We are at the pier and cannot find the boat.",
];

const TYPES = ["text", "text", "text", "text", "image", "audio", "text", "document"];
const STATUSES = [null, "read", "delivered", "sent", "failed", "queued", null, "unknown"];

export const conversations = Array.from({ length: 400 }, (_, index) => {
  const status = STATUSES[index % 8] ?? null;
  const waiting = index < 7;
  const left = waiting ? (index - 1) * 40 * minute : 24 * hour - index * 20 * minute;
  return {
    id: `c${index}`,
    number: 1400 - index,
    channel_id: index % 5 === 0 ? "ch2" : "ch1",
    contact_id: `k${index}`,
    kind: "whatsapp",
    participant: { name: NAMES[index % 8] ?? "", phone: null, user_id: null, username: null },
    status: index % 8 === 3 ? "closed" : index % 8 === 5 && !waiting ? "snoozed" : "open",
    waiting,
    waiting_since: waiting ? ago(hour) : null,
    snoozed_until: index % 8 === 5 && !waiting ? new Date(now + 20 * hour).toISOString() : null,
    last_inbound_at: ago(hour),
    last_operator_id: index % 2 === 0 ? "m2" : null,
    last_outgoing: index % 2 === 0 ? { status: "read", at: ago(2 * hour) } : null,
    allowed_free_form: left > 0,
    channel_removed: false,
    unread: waiting ? (index === 2 ? 120 : index + 1) : 0,
    holder: "queue",
    assignee_id: index % 3 === 0 ? me.id : index % 3 === 1 ? "m3" : null,
    last_operator: index % 2 === 0 ? members[1]?.name : null,
    last_message: {
      id: `l${index}`,
      text: TEXTS[index % 8],
      type: TYPES[index % 8],
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

/** A short talk, the latest message first, as the server pages it. */
export function messagesOf(conversationId: string) {
  return TEXTS.map((text, index) => ({
    id: `${conversationId}-${index}`,
    conversation_id: conversationId,
    client_id: null,
    external_id: null,
    direction: index % 3 === 1 ? "out" : "in",
    author:
      index % 3 === 1
        ? { kind: "member", id: "m3", name: "Ivana Horvat" }
        : { kind: "contact", id: "k0", name: null },
    type: "text",
    text: text || "…",
    files: [],
    reply_to: null,
    reactions: { contact: null, business: null },
    flagged: false,
    not_before: null,
    edited_at: null,
    revoked_at: null,
    status: index % 3 === 1 ? "read" : null,
    error: null,
    provider_at: null,
    created_at: ago(index * 50 * minute),
    at: ago(index * 50 * minute),
    version: 1,
  }));
}

export const contacts = conversations.slice(0, 8).map(({ contact_id, participant }, index) => ({
  id: contact_id,
  name: participant.name,
  given_name: null,
  profile_name: participant.name,
  phone: `+42190511223${index}`,
  username: index === 1 ? "joao.pedro" : null,
  user_id: null,
  note: "",
  marketing: null,
  identities: [],
  created_at: ago(300 * hour),
  version: 1,
}));

export const counters = {
  mine: 134,
  mine_unread: 2,
  unassigned_unread: 1,
  open: 400,
  unassigned: 266,
  waiting: 7,
  waiting_mine: 3,
  version: 1,
};
