// whatsapp-api-js, the strict referee of signatures: it hashes the body with everything beyond ASCII written as
// \uXXXX, as Meta sends it, so a simulator that signs plain UTF-8 fails here. Meta's address is fixed in it; the
// fetch it is given puts the simulator's in its place.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import {
  ActionButtons,
  ActionList,
  Body,
  BodyComponent,
  BodyParameter,
  Button,
  Contacts,
  Document,
  Image,
  Interactive,
  ListSection,
  Location,
  Name,
  Phone,
  Reaction,
  Row,
  Template,
  Text,
  URLComponent,
} from "whatsapp-api-js/messages";
import { WhatsAppAPI } from "whatsapp-api-js/middleware/node-http";
import { connect, shop, startReceiver, startSimulator, trickyText } from "./simulator.mjs";

const jana = "+421905123456";
const phoneID = shop.phone_number_id;
const sample = (name) => readFile(`${import.meta.dirname}/../../metasim/samples/${name}`);

const apiOf = (sim, changes) =>
  new WhatsAppAPI({
    v: "v24.0",
    token: shop.access_token,
    appSecret: shop.app_secret,
    webhookVerifyToken: shop.verify_token,
    ponyfill: {
      fetch: (url, init) => fetch(`${url}`.replace("https://graph.facebook.com", sim.url), init),
    },
    ...changes,
  });

// open starts a simulator whose webhooks go to the SDK's own server side; Jana has written.
async function open(t, changes) {
  const sim = await startSimulator(t);
  const api = apiOf(sim, changes);
  const receiver = await startReceiver(t, async (request) =>
    request.method === "GET"
      ? { body: api.handle_get(request) }
      : { status: await api.handle_post(request) },
  );
  const { mail } = receiver;
  api.on.message = (event) => mail.push(event);
  api.on.status = (event) => mail.push(event);
  await connect(sim, receiver);
  const writes = async (customer, body) => {
    const id = await sim.writes(customer, body);
    return mail.next(`message ${id}`, ({ message }) => message?.id === id);
  };
  const status = (id, wanted) =>
    mail.next(`${wanted} of ${id}`, (event) => event.id === id && event.status === wanted);
  const send = (message, ...more) => api.sendMessage(phoneID, { phone: jana }, message, ...more);
  const shown = async (message) => sim.shows(jana, (await send(message)).messages[0].id);
  const upload = async (name, type) => {
    const form = new FormData();
    form.set("file", new Blob([await sample(name)], { type }), name);
    return (await api.uploadMedia(phoneID, form)).id;
  };
  return { sim, api, writes, status, send, shown, upload };
}

test("whatsapp-api-js accepts the signature over any text", async (t) => {
  const { writes } = await open(t);
  const event = await writes(jana, { type: "text", text: trickyText, name: "Žofia 🌷" });
  assert.equal(event.message.text.body, trickyText);
  assert.equal(event.contact.profile.name, "Žofia 🌷");
  assert.equal(event.phoneID, phoneID);
});

test("whatsapp-api-js refuses another secret and a bad signature", async (t) => {
  const { sim, writes } = await open(t);
  await sim.post("/faults", { kind: "bad_signature", count: 1 });
  const id = await sim.writes(jana, { type: "text", text: "Dobrý deň" });
  await sim.until(
    "a second attempt",
    "/deliveries",
    (d) => d.message_id === id && d.attempts > 1 && d.last_code === 401,
  );
  await writes(jana, { type: "text", text: "Ešte raz" });
  const [{ callback_url }] = await sim.call("GET", "/numbers");
  await sim.post("/numbers", { ...shop, callback_url, app_secret: "another" });
  const other = await sim.writes(jana, { type: "text", text: "Dobrý deň" });
  await sim.until("a refusal", "/deliveries", (d) => d.message_id === other && d.last_code === 401);
});

test("whatsapp-api-js refuses the handshake with another token", async (t) => {
  const sim = await startSimulator(t);
  const api = apiOf(sim);
  const receiver = await startReceiver(t, (request) => {
    try {
      return { body: api.handle_get(request) };
    } catch (status) {
      return { status };
    }
  });
  await connect(sim, receiver);
  const answer = await sim.post("/numbers", {
    ...shop,
    callback_url: receiver.url,
    verify_token: "another",
  });
  assert.equal(answer.verification.status, 403);
});

test("whatsapp-api-js reads media, replies, reactions, taps and a customer without a number", async (t) => {
  const { api, writes, send, status } = await open(t);
  const { message } = await writes(jana, { type: "image", image: { caption: "Žltý kôň" } });
  assert.equal(message.image.caption, "Žltý kôň");
  const { url } = await api.retrieveMedia(message.image.id, phoneID);
  assert.deepEqual(
    Buffer.from(await (await api.fetchMedia(url)).arrayBuffer()),
    await sample("photo.jpg"),
  );
  const [{ id }] = (await send(new Text("Ako pomôžem?"))).messages;
  const reply = await writes(jana, { type: "text", text: "Takto", context: { message_id: id } });
  assert.equal(reply.message.context.id, id);
  const reaction = await writes(jana, {
    type: "reaction",
    reaction: { message_id: id, emoji: "❤️" },
  });
  assert.equal(reaction.message.reaction.emoji, "❤️");
  const interactive = { type: "button_reply", button_reply: { id: "yes", title: "Áno" } };
  assert.deepEqual(
    (await writes(jana, { type: "interactive", interactive })).message.interactive,
    interactive,
  );
  const bsuid = "SK.13491208655302741918";
  const stranger = await writes(bsuid, { type: "text", text: "Dobrý deň", username: "peter.sk" });
  assert.deepEqual(stranger.recipient, { phone: undefined, bsuid, pbsuid: undefined });
  const answer = await stranger.reply(new Text("Nazdar"), true);
  assert.deepEqual(answer.contacts, [{ input: bsuid, user_id: bsuid }]);
  assert.equal((await status(answer.messages[0].id, "delivered")).recipient.bsuid, bsuid);
});

test("whatsapp-api-js reads prices, ticks and why a message failed", async (t) => {
  const { sim, writes, send, status } = await open(t);
  await writes(jana, { type: "text", text: "Dobrý deň" });
  const [{ id }] = (await send(new Text("Ako pomôžem?"), undefined, "row-17")).messages;
  const sent = await status(id, "sent");
  assert.equal(sent.pricing.category, "service");
  assert.equal(sent.biz_opaque_callback_data, "row-17");
  await sim.post(`/customers/${jana}/read`);
  await status(id, "read");
  await sim.movesClock(25);
  const failed = await status((await send(new Text("Neskoro"))).messages[0].id, "failed");
  assert.equal(failed.error.code, 131047);
});

test("whatsapp-api-js sends every kind of message", async (t) => {
  const { sim, writes, send, shown, upload } = await open(t);
  const hello = (await writes(jana, { type: "text", text: "Dobrý deň" })).message.id;
  const answer = await send(new Text("Dobrý deň, Jana 👋", true), hello);
  assert.equal((await sim.shows(jana, answer.messages[0].id)).context_id, hello);
  const image = await shown(new Image(await upload("photo.jpg", "image/jpeg"), true, "Žltý kôň"));
  assert.equal(image.media.mime_type, "image/jpeg");
  const document = await shown(
    new Document(await upload("quotation.pdf", "application/pdf"), true, "Ponuka", "Č. 7.pdf"),
  );
  assert.equal(document.media.filename, "Č. 7.pdf");
  const buttons = new ActionButtons(new Button("yes", "Áno"), new Button("no", "Nie"));
  assert.equal(
    (await shown(new Interactive(buttons, new Body("Prídete?")))).content.action.buttons[0].reply
      .id,
    "yes",
  );
  const list = new ActionList("Časy", new ListSection("Zajtra", new Row("9", "9:00")));
  assert.equal(
    (await shown(new Interactive(list, new Body("Kedy?")))).content.action.sections[0].rows[0].id,
    "9",
  );
  const place = await shown(new Location(17.1077, 48.1486, "Bratislava"));
  assert.equal(place.content.latitude, 48.1486);
  const contacts = await shown(
    new Contacts([new Name("Žofia Nováková", "Žofia"), new Phone("+421905000000", "WORK")]),
  );
  assert.equal(contacts.text, "Žofia Nováková");
  await send(new Reaction(hello, "👍"));
  assert.deepEqual((await sim.shows(jana, hello)).reactions, [{ direction: "out", emoji: "👍" }]);
  const template = await shown(
    new Template(
      "order_confirmation",
      "sk",
      new BodyComponent(...["Jana", "A-2041", "48,90 €"].map((text) => new BodyParameter(text))),
      new URLComponent("A-2041"),
    ),
  );
  assert.match(template.text, /^Dobrý deň Jana, ďakujeme za objednávku A-2041\./);
});

test("whatsapp-api-js sends the one-time code its own way", async (t) => {
  const { writes, shown } = await open(t);
  await writes(jana, { type: "text", text: "Dobrý deň" });
  assert.match(
    (await shown(Template.OTP("login_code", "sk", "123456"))).text,
    /^\*123456\* je váš overovací kód/,
  );
});

test("whatsapp-api-js marks as read, deletes a file and gets Meta's errors", async (t) => {
  const { sim, api, writes, send, upload } = await open(t);
  const event = await writes(jana, { type: "text", text: "Dobrý deň" });
  assert.deepEqual(await event.received("text"), { success: true });
  assert.equal((await sim.shows(jana, event.message.id)).status, "read");
  const file = await upload("photo.jpg", "image/jpeg");
  assert.deepEqual(await api.deleteMedia(file, phoneID), { success: true });
  assert.equal((await api.retrieveMedia(file)).error.error_subcode, 33);
  const stranger = apiOf(sim, { token: "another-token" });
  assert.equal(
    (await stranger.sendMessage(phoneID, { phone: jana }, new Text("Nie"))).error.code,
    190,
  );
  await sim.post("/faults", { kind: "error_131056", count: 1 });
  assert.equal((await send(new Text("raz"))).error.code, 131056);
});
