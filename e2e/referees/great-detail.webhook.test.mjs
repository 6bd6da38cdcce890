// @great-detail/whatsapp checks and reads the simulator's webhooks. Its reading is JSON.parse under strict types.
import assert from "node:assert/strict";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { Client } from "@great-detail/whatsapp";
import { connect, shop, startReceiver, startSimulator, trickyText } from "./simulator.mjs";

const jana = "+421905123456";
const phoneNumberID = shop.phone_number_id;

async function open(t) {
  const sim = await startSimulator(t);
  const client = new Client({
    baseUrl: sim.url,
    request: { headers: { Authorization: `Bearer ${shop.access_token}` } },
  });
  const { webhook } = client;
  // As the SDK's documentation builds a server.
  const receiver = await startReceiver(t, async (request, mail) => {
    const { method, headers } = request;
    const query = Object.fromEntries(new URL(request.url, "http://localhost").searchParams);
    if (method === "GET") {
      const registration = await webhook.register({ method, query, headers });
      if (registration.verifyToken !== shop.verify_token)
        return { status: 403, body: registration.reject() };
      return { body: registration.accept() };
    }
    const event = await webhook.eventNotification({
      method,
      query,
      headers,
      body: await text(request),
    });
    try {
      await event.verifySignature(shop.app_secret);
    } catch (error) {
      assert.ok(error instanceof webhook.errors.InvalidHubSignatureWebhookError);
      return { status: 401 };
    }
    mail.push({ event, change: event.eventNotification.entry[0].changes[0] });
    return { body: event.accept() };
  });
  await connect(sim, receiver);
  const arrived = (what, wanted) =>
    receiver.mail.next(what, ({ change }) => wanted(change.value, change.field));
  const writes = async (customer, body) => {
    const id = await sim.writes(customer, body);
    const { event, change } = await arrived(
      `message ${id}`,
      ({ messages }) => messages?.[0].id === id,
    );
    return { event, change, message: change.value.messages[0], contact: change.value.contacts[0] };
  };
  const sends = async (to, body) => {
    const answer = await client.message
      .createMessage({ phoneNumberID, ...to, type: "text", text: { body } })
      .json();
    return answer.messages[0].id;
  };
  const status = async (id, wanted) =>
    (
      await arrived(
        `${wanted} of ${id}`,
        ({ statuses }) => statuses?.[0].id === id && statuses[0].status === wanted,
      )
    ).change.value.statuses[0];
  return { sim, client, arrived, writes, sends, status };
}

test("great-detail accepts the signature over any text, and only with the right secret", async (t) => {
  const { writes } = await open(t);
  const { event, message, contact } = await writes(jana, {
    type: "text",
    text: trickyText,
    name: "Žofia 🌷",
  });
  assert.equal(message.text.body, trickyText);
  assert.equal(contact.profile.name, "Žofia 🌷");
  assert.equal(await event.checkSignature("another"), false);
  await assert.rejects(event.verifySignature("another"));
  assert.equal(
    event.signature.sha256.value,
    await event.signature.sha256.getCalculatedSignature(shop.app_secret),
  );
});

test("great-detail refuses a bad signature, and the webhook is tried again", async (t) => {
  const { sim } = await open(t);
  await sim.post("/faults", { kind: "bad_signature", count: 1 });
  const id = await sim.writes(jana, { type: "text", text: "Dobrý deň" });
  await sim.until(
    "a second attempt",
    "/deliveries",
    (d) => d.message_id === id && d.attempts > 1 && d.last_code === 401,
  );
});

test("great-detail gives the challenge back only for its own token", async (t) => {
  const { sim } = await open(t);
  const verify = () => sim.post(`/numbers/${phoneNumberID}/verify`);
  assert.deepEqual(await verify(), { ok: true, status: 200 });
  const [number] = await sim.call("GET", "/numbers");
  await sim.post("/numbers", {
    ...shop,
    callback_url: number.callback_url,
    verify_token: "another",
  });
  const refused = await verify();
  assert.equal(refused.ok, false);
  assert.equal(refused.status, 403);
});

test("great-detail reads texts, media, replies, reactions and taps", async (t) => {
  const { writes, sends } = await open(t);
  const { change, message, contact } = await writes(jana, {
    type: "text",
    text: "Dobrý deň",
    name: "Jana",
  });
  assert.equal(change.field, "messages");
  assert.equal(change.value.metadata.phone_number_id, phoneNumberID);
  assert.equal(contact.wa_id, jana.slice(1));
  assert.equal(message.from_user_id, contact.user_id);
  const image = (await writes(jana, { type: "image", image: { caption: "Žltý kôň" } })).message
    .image;
  assert.equal(image.caption, "Žltý kôň");
  assert.equal(image.mime_type, "image/jpeg");
  const id = await sends({ to: jana }, "Ako pomôžem?");
  const reply = (await writes(jana, { type: "text", text: "Takto", context: { message_id: id } }))
    .message;
  assert.equal(reply.context.id, id);
  const reaction = (
    await writes(jana, { type: "reaction", reaction: { message_id: id, emoji: "❤️" } })
  ).message;
  assert.deepEqual(reaction.reaction, { message_id: id, emoji: "❤️" });
  const interactive = { type: "button_reply", button_reply: { id: "yes", title: "Áno" } };
  assert.deepEqual(
    (await writes(jana, { type: "interactive", interactive })).message.interactive,
    interactive,
  );
});

test("great-detail reads a customer of whom only the user id is known", async (t) => {
  const { writes, sends, status } = await open(t);
  const recipient = "SK.13491208655302741918";
  const { message, contact } = await writes(recipient, {
    type: "text",
    text: "Dobrý deň",
    username: "peter.sk",
  });
  assert.equal(message.from, undefined);
  assert.equal(message.from_user_id, recipient);
  assert.equal(contact.user_id, recipient);
  assert.equal(contact.profile.username, "peter.sk");
  const delivered = await status(await sends({ recipient }, "Nazdar"), "delivered");
  assert.equal(delivered.recipient_id, undefined);
  assert.equal(delivered.recipient_user_id, recipient);
});

test("great-detail reads prices, ticks and why a message failed", async (t) => {
  const { sim, writes, sends, status } = await open(t);
  await writes(jana, { type: "text", text: "Dobrý deň" });
  const id = await sends({ to: jana }, "Ako pomôžem?");
  const sent = await status(id, "sent");
  assert.equal(sent.recipient_id, jana.slice(1));
  assert.equal(sent.pricing.category, "service");
  await sim.post(`/customers/${jana}/read`);
  await status(id, "read");
  await sim.movesClock(25);
  const failed = await status(await sends({ to: jana }, "Neskoro"), "failed");
  assert.equal(failed.errors[0].code, 131047);
  assert.equal(failed.errors[0].title, "Re-engagement message");
});

test("great-detail reads changes of the user id and of marketing preferences", async (t) => {
  const { sim, arrived, writes } = await open(t);
  const { contact } = await writes(jana, { type: "text", text: "Dobrý deň" });
  await sim.post(`/customers/${jana}/change_number`, { phone: "+421905999999" });
  const { change } = await arrived("the new user id", (_, field) => field === "user_id_update");
  const [update] = change.value.user_id_update;
  assert.equal(update.user_id.previous, contact.user_id);
  assert.equal(update.wa_id, "421905999999");
  await sim.post("/customers/+421905999999/marketing", { value: "stop" });
  const stop = await arrived("the preference", (_, field) => field === "user_preferences");
  assert.equal(stop.change.value.user_preferences[0].category, "marketing_messages");
});
