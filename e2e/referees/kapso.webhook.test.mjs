// @kapso/whatsapp-cloud-api checks and reads the simulator's webhooks. It has nothing for Meta's handshake.
import assert from "node:assert/strict";
import { buffer } from "node:stream/consumers";
import { test } from "node:test";
import { isBusinessScopedUserId, WhatsAppClient } from "@kapso/whatsapp-cloud-api";
import { normalizeWebhook, verifySignature } from "@kapso/whatsapp-cloud-api/server";
import { connect, shop, startReceiver, startSimulator, trickyText } from "./simulator.mjs";

const jana = "+421905123456";
const phoneNumberId = shop.phone_number_id;
const toJana = { phoneNumberId, to: jana };

// receive answers as a server with this SDK would, and puts what it read into the mailbox.
async function receive(request, mail) {
  if (request.method === "GET") {
    const query = new URL(request.url, "http://localhost").searchParams;
    return { body: query.get("hub.challenge") };
  }
  const rawBody = await buffer(request);
  const signatureHeader = request.headers["x-hub-signature-256"];
  if (!verifySignature({ appSecret: shop.app_secret, rawBody, signatureHeader }))
    return { status: 401 };
  mail.push({ rawBody, signatureHeader, ...normalizeWebhook(JSON.parse(rawBody.toString())) });
  return {};
}

async function open(t) {
  const sim = await startSimulator(t);
  const receiver = await startReceiver(t, receive);
  await connect(sim, receiver);
  const client = new WhatsAppClient({ baseUrl: sim.url, accessToken: shop.access_token });
  const { mail } = receiver;
  // writes gives the webhook, its message and its contact.
  const writes = async (customer, body) => {
    const id = await sim.writes(customer, body);
    const hook = await mail.next(`message ${id}`, ({ messages }) => messages[0]?.id === id);
    return { hook, message: hook.messages[0], contact: hook.contacts[0] };
  };
  const status = async (id, wanted) => {
    const hook = await mail.next(
      `${wanted} of ${id}`,
      ({ statuses }) => statuses[0]?.id === id && statuses[0].status === wanted,
    );
    return { status: hook.statuses[0], contact: hook.contacts[0] };
  };
  return { sim, client, mail, writes, status };
}

test("kapso accepts the signature over any text, and only with the right secret and bytes", async (t) => {
  const { writes } = await open(t);
  const { hook, message, contact } = await writes(jana, {
    type: "text",
    text: trickyText,
    name: "Žofia 🌷",
  });
  assert.equal(message.text.body, trickyText);
  assert.equal(contact.profile.name, "Žofia 🌷");
  const { rawBody, signatureHeader } = hook;
  assert.equal(verifySignature({ appSecret: "another", rawBody, signatureHeader }), false);
  const changed = Buffer.from(rawBody.toString().replace("5", "6"));
  assert.equal(
    verifySignature({ appSecret: shop.app_secret, rawBody: changed, signatureHeader }),
    false,
  );
  // Meta sends ASCII, so that parsing and writing the JSON again gives other bytes.
  assert.ok(rawBody.every((byte) => byte < 0x80));
  const rewritten = JSON.stringify(JSON.parse(rawBody.toString()));
  assert.equal(
    verifySignature({ appSecret: shop.app_secret, rawBody: rewritten, signatureHeader }),
    false,
  );
});

test("kapso refuses a bad signature, and the webhook is tried again", async (t) => {
  const { sim } = await open(t);
  await sim.post("/faults", { kind: "bad_signature", count: 1 });
  const id = await sim.writes(jana, { type: "text", text: "Dobrý deň" });
  await sim.until(
    "a second attempt",
    "/deliveries",
    (d) => d.message_id === id && d.attempts > 1 && d.last_code === 401,
  );
});

test("kapso reads who wrote what to whom", async (t) => {
  const { writes } = await open(t);
  const { hook, message, contact } = await writes(jana, {
    type: "text",
    text: "Dobrý deň",
    name: "Jana",
  });
  assert.equal(hook.object, "whatsapp_business_account");
  assert.equal(hook.phoneNumberId, phoneNumberId);
  assert.equal(hook.displayPhoneNumber, shop.phone_number.slice(1));
  assert.equal(contact.waId, jana.slice(1));
  assert.ok(isBusinessScopedUserId(contact.userId), contact.userId);
  assert.equal(message.from, jana.slice(1));
  assert.equal(message.fromUserId, contact.userId);
  assert.equal(message.kapso.direction, "inbound");
  assert.ok(Math.abs(Number(message.timestamp) - Date.now() / 1000) < 60);
});

test("kapso reads media and downloads it by the id in the webhook", async (t) => {
  const { client, writes } = await open(t);
  const data = Buffer.from("toto nie je skutočná fotka");
  const { message } = await writes(jana, {
    type: "image",
    image: { caption: "Žltý kôň", data: data.toString("base64"), mime_type: "image/jpeg" },
  });
  assert.equal(message.image.caption, "Žltý kôň");
  assert.equal(message.image.mimeType, "image/jpeg");
  const mediaId = message.image.id;
  assert.deepEqual(
    Buffer.from(await client.media.download({ mediaId, phoneNumberId, auth: "always" })),
    data,
  );
  const voice = (await writes(jana, { type: "audio" })).message;
  assert.equal(voice.audio.voice, true);
  const document = (await writes(jana, { type: "document", document: { caption: "Ponuka" } }))
    .message;
  assert.match(document.document.filename, /\.pdf$/);
});

test("kapso reads replies and reactions", async (t) => {
  const { client, writes } = await open(t);
  await writes(jana, { type: "text", text: "Dobrý deň" });
  const [{ id }] = (await client.messages.sendText({ ...toJana, body: "Ako pomôžem?" })).messages;
  const reply = (await writes(jana, { type: "text", text: "Takto", context: { message_id: id } }))
    .message;
  assert.equal(reply.context.id, id);
  assert.equal(reply.context.from, shop.phone_number.slice(1));
  assert.equal(reply.kapso.direction, "inbound");
  const reaction = (
    await writes(jana, { type: "reaction", reaction: { message_id: id, emoji: "❤️" } })
  ).message;
  assert.deepEqual(reaction.reaction, { messageId: id, emoji: "❤️" });
});

test("kapso reads taps on buttons, list rows and templates, and filled forms", async (t) => {
  const { writes } = await open(t);
  const tap = async (interactive) =>
    (await writes(jana, { type: "interactive", interactive })).message;
  const button = await tap({ type: "button_reply", button_reply: { id: "yes", title: "Áno" } });
  assert.deepEqual(button.interactive, {
    type: "button_reply",
    buttonReply: { id: "yes", title: "Áno" },
  });
  const row = await tap({
    type: "list_reply",
    list_reply: { id: "14", title: "14:00", description: "voľné" },
  });
  assert.equal(row.interactive.listReply.id, "14");
  const quick = (
    await writes(jana, { type: "button", button: { payload: "CONFIRM", text: "Prídem" } })
  ).message;
  assert.equal(quick.button.payload, "CONFIRM");
  const form = await tap({
    type: "nfm_reply",
    nfm_reply: {
      name: "flow",
      body: "Sent",
      response_json: JSON.stringify({ flow_token: "t-1", meno: "Žofia" }),
    },
  });
  assert.deepEqual(form.kapso.flowResponse, { flowToken: "t-1", meno: "Žofia" });
});

test("kapso reads places, contacts, orders and what nobody supports", async (t) => {
  const { writes } = await open(t);
  const location = { latitude: 48.1486, longitude: 17.1077, name: "Bratislava" };
  assert.deepEqual((await writes(jana, { type: "location", location })).message.location, location);
  const card = {
    name: { formatted_name: "Žofia Nováková", first_name: "Žofia" },
    phones: [{ phone: "+421905000000" }],
  };
  const contacts = (await writes(jana, { type: "contacts", contacts: [card] })).message.contacts;
  assert.equal(contacts[0].name.formattedName, "Žofia Nováková");
  const item = { product_retailer_id: "SKU-1", quantity: 2, item_price: 4.5, currency: "EUR" };
  const order = (
    await writes(jana, {
      type: "order",
      order: { catalog_id: "7", text: "Prosím", product_items: [item] },
    })
  ).message;
  assert.equal(order.kapso.orderText, "Prosím");
  assert.equal(order.order.productItems[0].quantity, 2);
  const poll = (await writes(jana, { type: "unsupported", unsupported: { type: "poll" } })).message;
  assert.equal(poll.errors[0].code, 131051);
});

test("kapso reads a customer of whom only the user id is known", async (t) => {
  const { client, writes, status } = await open(t);
  const bsuid = "SK.13491208655302741918";
  const { message, contact } = await writes(bsuid, {
    type: "text",
    text: "Dobrý deň",
    name: "Peter",
    username: "peter.sk",
  });
  assert.equal(message.from, undefined);
  assert.equal(message.fromUserId, bsuid);
  assert.equal(message.kapso.direction, "inbound");
  assert.deepEqual(contact, { profile: { name: "Peter", username: "peter.sk" }, userId: bsuid });
  const [{ id }] = (
    await client.messages.sendText({ phoneNumberId, recipient: bsuid, body: "Nazdar" })
  ).messages;
  const delivered = await status(id, "delivered");
  assert.equal(delivered.status.recipientId, undefined);
  assert.equal(delivered.status.recipientUserId, bsuid);
  assert.equal(delivered.contact.userId, bsuid);
});

test("kapso reads the way of a message from sent to read, with its price", async (t) => {
  const { sim, client, writes, status } = await open(t);
  await writes(jana, { type: "text", text: "Dobrý deň" });
  const [{ id }] = (
    await client.messages.sendText({
      ...toJana,
      body: "Ako pomôžem?",
      bizOpaqueCallbackData: "row-17",
    })
  ).messages;
  const sent = (await status(id, "sent")).status;
  assert.equal(sent.recipientId, jana.slice(1));
  assert.equal(sent.bizOpaqueCallbackData, "row-17");
  assert.equal(sent.pricing.pricingModel, "PMP");
  assert.equal(sent.pricing.category, "service");
  assert.equal((await status(id, "delivered")).status.pricing.category, "service");
  await sim.post(`/customers/${jana}/read`);
  assert.equal((await status(id, "read")).status.errors, undefined);
});

test("kapso reads why a message failed", async (t) => {
  const { sim, client, writes, status } = await open(t);
  await writes(jana, { type: "text", text: "Dobrý deň" });
  await sim.movesClock(25);
  const [{ id }] = (await client.messages.sendText({ ...toJana, body: "Neskoro" })).messages;
  const failed = (await status(id, "failed")).status;
  assert.equal(failed.errors[0].code, 131047);
  assert.match(failed.errors[0].errorData.details, /24 hours/);
  assert.equal(failed.pricing, undefined);
});

test("kapso reads that a customer changed the number or stopped marketing", async (t) => {
  const { sim, mail, writes } = await open(t);
  const { contact } = await writes(jana, { type: "text", text: "Dobrý deň" });
  await sim.post(`/customers/${jana}/change_number`, { phone: "+421905999999" });
  const system = await mail.next(
    "the system message",
    ({ messages }) => messages[0]?.type === "system",
  );
  assert.equal(system.messages[0].from, jana.slice(1));
  assert.equal(system.messages[0].system.waId, "421905999999");
  const ids = (await mail.next("the new user id", ({ raw }) => raw.userIdUpdate)).raw
    .userIdUpdate[0].userIdUpdate[0].userId;
  assert.equal(ids.previous, contact.userId);
  assert.equal(ids.current, system.messages[0].system.userId);
  await sim.post("/customers/+421905999999/marketing", { value: "stop" });
  const stop = (await mail.next("the preference", ({ raw }) => raw.userPreferences)).raw
    .userPreferences[0];
  assert.equal(stop.userPreferences[0].value, "stop");
  assert.equal(stop.userPreferences[0].userId, ids.current);
});
