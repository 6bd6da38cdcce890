import type { Api } from "./api";
import type { Simulator } from "./simulator";

const BODIES: Record<string, unknown>[] = [
  { type: "text", text: "Good morning! https://example.com/offer" },
  { type: "image", image: { caption: "How it looks" } },
  { type: "video", video: {} },
  { type: "audio", audio: { voice: true } },
  { type: "document", document: {} },
  { type: "sticker", sticker: {} },
  {
    type: "location",
    location: {
      latitude: 48.14353,
      longitude: 17.10811,
      name: "Main Square",
      address: "Bratislava",
    },
  },
  {
    type: "contacts",
    contacts: [
      {
        name: { formatted_name: "Peter Novák", first_name: "Peter" },
        phones: [{ phone: "+421 903 555 010", type: "CELL", wa_id: "421903555010" }],
      },
    ],
  },
  {
    type: "interactive",
    interactive: { type: "button_reply", button_reply: { id: "yes", title: "Yes, please" } },
  },
  { type: "hologram", hologram: {} },
];

/** A conversation with a message of every kind that customers send, a note, and an answer that failed. */
export async function everyKind(
  api: Api,
  simulator: Simulator,
  customer: string,
  to: string,
): Promise<string> {
  let first = "";
  for (const body of BODIES) {
    const { id } = await simulator.sends(customer, { to, name: "Klára Kinds", ...body });
    first ||= id;
  }
  await simulator.sends(customer, {
    to,
    type: "text",
    text: "And this answers the first",
    context: { message_id: first },
  });
  await simulator.sends(customer, {
    to,
    type: "reaction",
    reaction: { message_id: first, emoji: "❤️" },
  });
  const { id } = await api.conversation(customer);
  await api.post(`/api/v1/conversations/${id}/notes`, {
    client_id: "kinds-note",
    text: "Seen by us only",
  });
  await simulator.fault({ kind: "error_131026", customer, count: 1 });
  await api.post(`/api/v1/conversations/${id}/messages`, {
    client_id: "kinds-failed",
    type: "text",
    text: "This one fails",
  });
  await api.post(`/api/v1/conversations/${id}/messages`, {
    client_id: "kinds-good",
    type: "text",
    text: "This one arrives",
  });
  return id;
}
