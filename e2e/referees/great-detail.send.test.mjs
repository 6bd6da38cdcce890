// @great-detail/whatsapp sends through the simulator. With a base URL of its own it leaves the version out of the path.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { Client } from "@great-detail/whatsapp";
import { HTTPError } from "ky";
import { connect, shop, startReceiver, startSimulator } from "./simulator.mjs";

const jana = "+421905123456";
const phoneNumberID = shop.phone_number_id;
const businessAccountID = shop.waba_id;
const sample = (name) => readFile(`${import.meta.dirname}/../../metasim/samples/${name}`);

const clientOf = (sim, token = shop.access_token) =>
  new Client({ baseUrl: sim.url, request: { headers: { Authorization: `Bearer ${token}` } } });

// open starts a simulator to which Jana has written.
async function open(t) {
  const sim = await startSimulator(t);
  await connect(sim);
  const hello = await sim.writes(jana, { type: "text", text: "Dobrý deň", name: "Jana" });
  const client = clientOf(sim);
  const send = (type, body, more) =>
    client.message.createMessage({ phoneNumberID, to: jana, type, [type]: body, ...more }).json();
  const shown = async (...message) => sim.shows(jana, (await send(...message)).messages[0].id);
  const upload = async (filename, mimeType) => {
    const file = new Blob([await sample(filename)], { type: mimeType });
    return (await client.media.upload({ phoneNumberID, file, filename, mimeType }).json()).id;
  };
  return { sim, client, hello, send, shown, upload };
}

// refused runs a call that must fail with an error of Meta's in it.
async function refused(call, status, expected) {
  await assert.rejects(call, (error) => {
    assert.ok(error instanceof HTTPError, `${error}`);
    assert.equal(error.response.status, status);
    const { fbtrace_id, ...rest } = error.data.error;
    assert.match(fbtrace_id, /^\w/);
    for (const [key, value] of Object.entries(expected))
      assert.deepEqual(rest[key], value, JSON.stringify(rest));
    return true;
  });
}

test("great-detail sends a text that answers another, with a reference", async (t) => {
  const { sim, hello, send } = await open(t);
  const answer = await send(
    "text",
    { body: "Dobrý deň, Jana 👋", preview_url: true },
    { context: { message_id: hello }, biz_opaque_callback_data: "row-17" },
  );
  assert.equal(answer.messaging_product, "whatsapp");
  assert.deepEqual(answer.contacts, [{ input: jana, wa_id: jana.slice(1) }]);
  const message = await sim.shows(jana, answer.messages[0].id);
  assert.equal(message.text, "Dobrý deň, Jana 👋");
  assert.equal(message.context_id, hello);
  assert.equal(message.biz_opaque_callback_data, "row-17");
});

test("great-detail sends uploaded files", async (t) => {
  const { shown, upload } = await open(t);
  const image = await shown("image", {
    id: await upload("photo.jpg", "image/jpeg"),
    caption: "Žltý kôň",
  });
  assert.equal(image.text, "Žltý kôň");
  assert.equal(image.media.mime_type, "image/jpeg");
  const document = await shown("document", {
    id: await upload("quotation.pdf", "application/pdf"),
    filename: "Ponuka č. 7.pdf",
  });
  assert.equal(document.media.filename, "Ponuka č. 7.pdf");
  assert.equal(document.media.size, (await sample("quotation.pdf")).length);
});

test("great-detail sends buttons, a list and a link button", async (t) => {
  const { shown } = await open(t);
  const reply = (id, title) => ({ type: "reply", reply: { id, title } });
  const buttons = await shown("interactive", {
    type: "button",
    body: { text: "Prídete zajtra?" },
    action: { buttons: [reply("yes", "Áno"), reply("no", "Nie")] },
  });
  assert.equal(buttons.text, "Prídete zajtra?");
  assert.equal(buttons.content.action.buttons[1].reply.id, "no");
  const list = await shown("interactive", {
    type: "list",
    body: { text: "Vyberte si čas" },
    action: { button: "Časy", sections: [{ title: "Zajtra", rows: [{ id: "9", title: "9:00" }] }] },
  });
  assert.equal(list.content.action.sections[0].rows[0].title, "9:00");
  const link = await shown("interactive", {
    type: "cta_url",
    body: { text: "Termíny nájdete tu" },
    action: {
      name: "cta_url",
      parameters: { display_text: "Otvoriť", url: "https://shop.example.com/" },
    },
  });
  assert.equal(link.content.action.parameters.display_text, "Otvoriť");
});

test("great-detail sends a place, a contact and a reaction", async (t) => {
  const { sim, hello, send, shown } = await open(t);
  const place = {
    latitude: 48.1486,
    longitude: 17.1077,
    name: "Bratislava",
    address: "Hlavné námestie 1",
  };
  assert.deepEqual((await shown("location", place)).content, place);
  const card = {
    name: { formatted_name: "Žofia Nováková", first_name: "Žofia" },
    phones: [{ phone: "+421905000000" }],
  };
  assert.equal((await shown("contacts", [card])).text, "Žofia Nováková");
  await send("reaction", { message_id: hello, emoji: "👍" });
  assert.deepEqual((await sim.shows(jana, hello)).reactions, [{ direction: "out", emoji: "👍" }]);
});

test("great-detail sends a template with parameters", async (t) => {
  const { shown } = await open(t);
  const template = await shown("template", {
    name: "order_confirmation",
    language: { code: "pt_BR" },
    components: [
      {
        type: "body",
        parameters: [
          { type: "text", text: "João" },
          { type: "text", text: "A-2041" },
          {
            type: "currency",
            currency: { fallback_value: "R$ 189,90", code: "BRL", amount_1000: 189_900 },
          },
        ],
      },
      {
        type: "button",
        sub_type: "url",
        index: "0",
        parameters: [{ type: "text", text: "A-2041" }],
      },
    ],
  });
  assert.match(template.text, /^Olá João, .* pedido A-2041\. O total é R\$ 189,90\./);
});

test("great-detail marks a message as read and shows that it types", async (t) => {
  const { sim, client, hello } = await open(t);
  const status = {
    phoneNumberID,
    message_id: hello,
    status: "read",
    typing_indicator: { type: "text" },
  };
  assert.deepEqual(await client.message.createStatus(status).json(), { success: true });
  assert.equal((await sim.shows(jana, hello)).status, "read");
});

test("great-detail writes to a customer of whom only the user id is known", async (t) => {
  const { sim, client } = await open(t);
  const recipient = "SK.13491208655302741918";
  await sim.writes(recipient, { type: "text", text: "Dobrý deň" });
  const answer = await client.message
    .createMessage({ phoneNumberID, recipient, type: "text", text: { body: "Nazdar" } })
    .json();
  assert.deepEqual(answer.contacts, [{ input: recipient, user_id: recipient }]);
  assert.equal((await sim.shows(recipient, answer.messages[0].id)).text, "Nazdar");
});

test("great-detail gets Meta's errors", async (t) => {
  const { sim, send } = await open(t);
  const stranger = clientOf(sim, "another-token").message;
  await refused(
    stranger.createMessage({ phoneNumberID, to: jana, type: "text", text: { body: "Nie" } }),
    401,
    {
      code: 190,
      type: "OAuthException",
    },
  );
  await refused(send("text", { body: "a".repeat(4097) }), 400, {
    code: 100,
    type: "OAuthException",
  });
  await refused(send("reaction", { message_id: "wamid.unknown", emoji: "👍" }), 400, {
    code: 131009,
  });
  await sim.post("/faults", { kind: "error_131056", count: 1 });
  await refused(send("text", { body: "raz" }), 400, {
    code: 131056,
    message: "(#131056) (Business Account, Consumer Account) pair rate limit hit",
  });
});

test("great-detail uploads, downloads and deletes a file", async (t) => {
  const { client, upload } = await open(t);
  const mediaID = await upload("photo.jpg", "image/jpeg");
  const { url, mime_type } = await client.media.getURL({ mediaID, phoneNumberID }).json();
  assert.equal(mime_type, "image/jpeg");
  const request = { headers: { Authorization: `Bearer ${shop.access_token}` } };
  const download = await client.media.download({ mediaURL: url, request });
  assert.equal(download.headers.get("content-type"), "image/jpeg");
  assert.deepEqual(Buffer.from(await download.arrayBuffer()), await sample("photo.jpg"));
  await refused(client.media.download({ mediaURL: url }), 401, { code: 190 });
  assert.deepEqual(await client.media.delete({ mediaID, phoneNumberID }).json(), { success: true });
  await refused(client.media.getURL({ mediaID }), 400, { code: 100, error_subcode: 33 });
});

test("great-detail lists and filters templates", async (t) => {
  const { client } = await open(t);
  const list = async (options) => {
    const { data } = await client.template
      .list(businessAccountID, { limit: 100, ...options })
      .json();
    return data.map((template) => `${template.name} ${template.language}`);
  };
  assert.ok((await list({})).includes("hello_world en_US"));
  assert.deepEqual(await list({ name_or_content: "hello_w" }), ["hello_world en_US"]);
  assert.deepEqual(await list({ name_or_content: "garden until" }), ["spring_offer en"]);
  assert.deepEqual(await list({ category: "AUTHENTICATION", language: ["sk", "pt_BR"] }), [
    "login_code sk",
    "login_code pt_BR",
  ]);
  assert.deepEqual(await list({ status: ["PAUSED", "REJECTED"] }), [
    "feedback_request en",
    "payment_overdue en",
  ]);
  const fields = ["name", "status", "quality_score"];
  const [hello] = (
    await client.template.list(businessAccountID, { name_or_content: "hello_w", fields }).json()
  ).data;
  assert.deepEqual(Object.keys(hello).sort(), ["id", "name", "quality_score", "status"]);
});

test("great-detail reads the account, its numbers and their profile", async (t) => {
  const { client } = await open(t);
  const account = await client.whatsappBusinessAccount
    .get(businessAccountID, { fields: ["id", "currency"] })
    .json();
  assert.deepEqual(account, { id: businessAccountID, currency: "USD" });
  const { data } = await client.phoneNumbers.listPhoneNumbers({ businessAccountID }).json();
  assert.deepEqual(
    data.map((number) => number.id),
    [phoneNumberID],
  );
  const fields = ["display_phone_number", "verified_name", ["throughput", ["level"]]];
  const number = await client.phoneNumbers.getPhoneNumber({ phoneNumberID, fields }).json();
  assert.deepEqual(number, {
    id: phoneNumberID,
    display_phone_number: shop.phone_number,
    verified_name: "Shop",
    throughput: { level: "STANDARD" },
  });
  await client.businessProfile.updateBusinessProfile({
    phoneNumberID,
    about: "Kvety 🌷",
    email: "a@b.sk",
  });
  const profile = await client.businessProfile
    .getBusinessProfile({ phoneNumberID, fields: ["about", "vertical"] })
    .json();
  assert.deepEqual(profile.data, [
    { messaging_product: "whatsapp", about: "Kvety 🌷", vertical: "UNDEFINED" },
  ]);
});

test("great-detail moves the account's webhooks to another address after the handshake", async (t) => {
  const { sim, client } = await open(t);
  const receiver = await startReceiver(t, async (request, mail) => {
    mail.push(request.method);
    const url = new URL(request.url, "http://localhost");
    const { verifyToken, accept } = await client.webhook
      .register({
        method: request.method,
        query: Object.fromEntries(url.searchParams),
        headers: {},
      })
      .catch(() => ({}));
    return verifyToken === "mine" || request.method === "POST"
      ? { body: accept?.() }
      : { status: 403 };
  });
  const subscribe = (verify_token) =>
    client.subscribedApps.createSubscription({
      businessAccountID,
      override_callback_uri: receiver.url,
      verify_token,
    });
  await refused(subscribe("wrong"), 400, { code: 2200 });
  assert.deepEqual(await subscribe("mine").json(), { success: true });
  const { data } = await client.subscribedApps.listSubscriptions({ businessAccountID }).json();
  assert.equal(data[0].override_callback_uri, receiver.url);
  await sim.writes(jana, { type: "text", text: "Dobrý deň" });
  await receiver.mail.next("the webhook", (method) => method === "POST");
});
