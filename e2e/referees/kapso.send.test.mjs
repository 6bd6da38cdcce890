// @kapso/whatsapp-cloud-api sends through the simulator.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { buildTemplateSendPayload, GraphApiError, WhatsAppClient } from "@kapso/whatsapp-cloud-api";
import { connect, shop, startSimulator } from "./simulator.mjs";

const jana = "+421905123456";
const phoneNumberId = shop.phone_number_id;
const toJana = { phoneNumberId, to: jana };
const sample = (name) => readFile(`${import.meta.dirname}/../../metasim/samples/${name}`);

// open starts a simulator to which Jana has written.
async function open(t) {
  const sim = await startSimulator(t);
  await connect(sim);
  const hello = await sim.writes(jana, { type: "text", text: "Dobrý deň", name: "Jana" });
  const client = new WhatsAppClient({ baseUrl: sim.url, accessToken: shop.access_token });
  const upload = async (name, type) =>
    (
      await client.media.upload({
        phoneNumberId,
        type,
        file: new Blob([await sample(name)], { type }),
        fileName: name,
      })
    ).id;
  const shown = async (answer) => sim.shows(jana, answer.messages[0].id);
  return { sim, client, hello, upload, shown };
}

test("kapso sends a text that answers another, with a reference", async (t) => {
  const { client, hello, shown } = await open(t);
  const answer = await client.messages.sendText({
    ...toJana,
    body: "Dobrý deň, Jana 👋",
    previewUrl: true,
    contextMessageId: hello,
    bizOpaqueCallbackData: "row-17",
  });
  assert.equal(answer.messagingProduct, "whatsapp");
  assert.deepEqual(answer.contacts, [{ input: jana, waId: jana.slice(1) }]);
  assert.match(answer.messages[0].id, /^wamid\./);
  const message = await shown(answer);
  assert.equal(message.text, "Dobrý deň, Jana 👋");
  assert.equal(message.content.preview_url, true);
  assert.equal(message.context_id, hello);
  assert.equal(message.biz_opaque_callback_data, "row-17");
});

test("kapso sends uploaded files of every kind", async (t) => {
  const { client, upload, shown } = await open(t);
  const [photo, quotation, voice, clip, sticker] = await Promise.all([
    upload("photo.jpg", "image/jpeg"),
    upload("quotation.pdf", "application/pdf"),
    upload("voice.ogg", "audio/ogg"),
    upload("clip.mp4", "video/mp4"),
    upload("sticker.webp", "image/webp"),
  ]);
  const { messages } = client;
  const image = await shown(
    await messages.sendImage({ ...toJana, image: { id: photo, caption: "Žltý kôň" } }),
  );
  assert.equal(image.text, "Žltý kôň");
  assert.equal(image.media.mime_type, "image/jpeg");
  assert.equal(image.media.size, (await sample("photo.jpg")).length);
  const document = await shown(
    await messages.sendDocument({
      ...toJana,
      document: { id: quotation, filename: "Ponuka č. 7.pdf", caption: "Ponuka" },
    }),
  );
  assert.equal(document.media.filename, "Ponuka č. 7.pdf");
  const audio = await shown(
    await messages.sendAudio({ ...toJana, audio: { id: voice, voice: true } }),
  );
  assert.equal(audio.media.voice, true);
  const video = await shown(
    await messages.sendVideo({ ...toJana, video: { id: clip, caption: "Video" } }),
  );
  assert.equal(video.media.mime_type, "video/mp4");
  const picture = await shown(await messages.sendSticker({ ...toJana, sticker: { id: sticker } }));
  assert.equal(picture.media.mime_type, "image/webp");
});

test("kapso sends buttons, a list and a link button", async (t) => {
  const { client, upload, shown } = await open(t);
  const buttons = await shown(
    await client.messages.sendInteractiveButtons({
      ...toJana,
      header: { type: "image", image: { id: await upload("photo.jpg", "image/jpeg") } },
      bodyText: "Prídete zajtra?",
      footerText: "Odpovedzte, prosím",
      buttons: [
        { id: "yes", title: "Áno" },
        { id: "no", title: "Nie" },
      ],
    }),
  );
  assert.equal(buttons.text, "Prídete zajtra?");
  assert.deepEqual(
    buttons.content.action.buttons.map((button) => button.reply),
    [
      { id: "yes", title: "Áno" },
      { id: "no", title: "Nie" },
    ],
  );
  const list = await shown(
    await client.messages.sendInteractiveList({
      ...toJana,
      bodyText: "Vyberte si čas",
      buttonText: "Časy",
      sections: [
        { title: "Dopoludnia", rows: [{ id: "9", title: "9:00", description: "voľné" }] },
        { title: "Popoludní", rows: [{ id: "14", title: "14:00" }] },
      ],
    }),
  );
  assert.equal(list.content.action.sections[1].rows[0].id, "14");
  const link = await shown(
    await client.messages.sendInteractiveCtaUrl({
      ...toJana,
      bodyText: "Termíny nájdete tu",
      parameters: { displayText: "Otvoriť", url: "https://shop.example.com/terminy?a=1&b=2" },
    }),
  );
  assert.equal(link.content.action.parameters.url, "https://shop.example.com/terminy?a=1&b=2");
});

test("kapso sends a place, a contact, a reaction and takes it back", async (t) => {
  const { sim, client, hello, shown } = await open(t);
  const place = {
    latitude: 48.1486,
    longitude: 17.1077,
    name: "Bratislava",
    address: "Hlavné námestie 1",
  };
  const location = await shown(await client.messages.sendLocation({ ...toJana, location: place }));
  assert.deepEqual(location.content, place);
  const contacts = await shown(
    await client.messages.sendContacts({
      ...toJana,
      contacts: [
        {
          name: { formattedName: "Žofia Nováková", firstName: "Žofia", lastName: "Nováková" },
          phones: [{ phone: "+421905000000", type: "WORK", waId: "421905000000" }],
          org: { company: "Kvety" },
        },
      ],
    }),
  );
  assert.equal(contacts.text, "Žofia Nováková");
  assert.equal(contacts.content.contacts[0].phones[0].wa_id, "421905000000");
  await client.messages.sendReaction({ ...toJana, reaction: { messageId: hello, emoji: "👍" } });
  assert.deepEqual((await sim.shows(jana, hello)).reactions, [{ direction: "out", emoji: "👍" }]);
  await client.messages.sendReaction({ ...toJana, reaction: { messageId: hello, emoji: "" } });
  assert.equal((await sim.shows(jana, hello)).reactions?.length ?? 0, 0);
});

test("kapso sends templates with parameters, and outside the window too", async (t) => {
  const { sim, client, upload, shown } = await open(t);
  await sim.movesClock(30);
  const order = await shown(
    await client.messages.sendTemplate({
      ...toJana,
      template: buildTemplateSendPayload({
        name: "order_confirmation",
        language: "sk",
        body: ["Jana", "A-2041", "48,90 €"].map((text) => ({ type: "text", text })),
        buttons: [
          {
            type: "button",
            subType: "url",
            index: 0,
            parameters: [{ type: "text", text: "A-2041" }],
          },
        ],
      }),
    }),
  );
  assert.match(
    order.text,
    /^Dobrý deň Jana, ďakujeme za objednávku A-2041\. Spolu zaplatíte 48,90 €\./,
  );
  assert.equal(order.rendered.buttons[0].url, "https://shop.example.com/orders/A-2041");
  await sim.reaches(jana, order.id, "delivered");
  const offer = await shown(
    await client.messages.sendTemplate({
      ...toJana,
      template: buildTemplateSendPayload({
        name: "spring_offer",
        language: "sk",
        header: { type: "image", image: { id: await upload("photo.jpg", "image/jpeg") } },
        body: [
          { type: "text", text: "Jana" },
          { type: "date_time", dateTime: { fallbackValue: "30. apríla" } },
        ],
      }),
    }),
  );
  assert.match(offer.text, /^Jana, je tu jar: 20 % zľava .* do 30\. apríla\.$/);
  assert.equal(offer.media.mime_type, "image/jpeg");
});

test("kapso marks a message as read and shows that it types", async (t) => {
  const { sim, client, hello } = await open(t);
  const answer = await client.messages.markRead({
    phoneNumberId,
    messageId: hello,
    typingIndicator: { type: "text" },
  });
  assert.equal(answer.success, true);
  assert.equal((await sim.shows(jana, hello)).status, "read");
});

test("kapso writes to a customer of whom only the user id is known", async (t) => {
  const { sim, client } = await open(t);
  const bsuid = "SK.13491208655302741918";
  await sim.writes(bsuid, { type: "text", text: "Dobrý deň" });
  const answer = await client.messages.sendText({
    phoneNumberId,
    recipient: bsuid,
    body: "Nazdar",
  });
  assert.deepEqual(answer.contacts, [{ input: bsuid, userId: bsuid }]);
  assert.equal((await sim.shows(bsuid, answer.messages[0].id)).text, "Nazdar");
});

// refused runs a call that must fail with the SDK's own error.
async function refused(call, expected) {
  await assert.rejects(call, (error) => {
    assert.ok(error instanceof GraphApiError, `${error}`);
    assert.match(error.fbtraceId, /^\w/);
    for (const [key, value] of Object.entries(expected))
      assert.deepEqual(error[key], value, `${key}: ${error}`);
    return true;
  });
}

test("kapso understands what is wrong with a call", async (t) => {
  const { sim, client } = await open(t);
  const text = (body) => client.messages.sendText({ ...toJana, body });
  const stranger = new WhatsAppClient({ baseUrl: sim.url, accessToken: "another-token" });
  await refused(stranger.messages.sendText({ ...toJana, body: "Nie" }), {
    code: 190,
    httpStatus: 401,
    type: "OAuthException",
    category: "authorization",
    retry: { action: "refresh_token" },
  });
  await refused(text("a".repeat(4097)), {
    code: 100,
    httpStatus: 400,
    category: "parameter",
    retry: { action: "fix_and_retry" },
  });
  await refused(
    client.messages.sendRaw({
      phoneNumberId,
      payload: { messagingProduct: "whatsapp", to: jana, type: "text", text: {} },
    }),
    { code: 100, category: "parameter" },
  );
  await refused(
    client.messages.sendRaw({
      phoneNumberId,
      payload: { messagingProduct: "whatsapp", to: jana, type: "interactive", interactive: {} },
    }),
    {
      code: 131008,
      details: "The parameter interactive['type'] is required.",
    },
  );
  await refused(
    client.messages.sendTemplate({
      ...toJana,
      template: { name: "order_confirmation", language: { code: "de" } },
    }),
    {
      code: 132001,
      httpStatus: 404,
      category: "template",
    },
  );
  await refused(client.messages.sendText({ phoneNumberId: "999", to: jana, body: "Nie" }), {
    code: 100,
    errorSubcode: 33,
  });
  await sim.post("/faults", { kind: "error_131056", count: 1 });
  await refused(text("raz"), {
    code: 131056,
    category: "throttling",
    retry: { action: "retry_after" },
  });
  await sim.post("/faults", { kind: "http_503", count: 1 });
  await refused(text("dva"), { httpStatus: 503, category: "server", retry: { action: "retry" } });
  assert.equal((await text("tri")).messages.length, 1);
});

test("kapso uploads, downloads and deletes a file", async (t) => {
  const { client, upload } = await open(t);
  const mediaId = await upload("photo.jpg", "image/jpeg");
  const info = await client.media.get({ mediaId, phoneNumberId });
  const bytes = await sample("photo.jpg");
  assert.equal(info.mimeType, "image/jpeg");
  assert.equal(Number(info.fileSize), bytes.length);
  assert.deepEqual(Buffer.from(await client.media.download({ mediaId, auth: "always" })), bytes);
  // The address alone is not enough, as with Meta: it wants the token.
  assert.equal(
    (await client.media.download({ mediaId, auth: "never", as: "response" })).status,
    401,
  );
  await refused(client.media.get({ mediaId, phoneNumberId: "999" }), { code: 100 });
  assert.equal((await client.media.delete({ mediaId })).success, true);
  await refused(client.media.get({ mediaId }), { code: 100, errorSubcode: 33 });
});

test("kapso lists templates page by page", async (t) => {
  const { client } = await open(t);
  const businessAccountId = shop.waba_id;
  const all = await client.templates.list({ businessAccountId, limit: 100 });
  const names = all.data.map((template) => `${template.name} ${template.language}`);
  assert.ok(names.includes("order_confirmation pt_BR"));
  assert.equal(all.data.find((template) => template.name === "feedback_request").status, "PAUSED");
  const paged = [];
  for (let after; ; ) {
    const page = await client.templates.list({ businessAccountId, limit: 7, after });
    paged.push(...page.data.map((template) => `${template.name} ${template.language}`));
    if (!page.paging?.next) break;
    after = page.paging.cursors.after;
  }
  assert.deepEqual(paged, names);
  const slovak = await client.templates.list({
    businessAccountId,
    language: "sk",
    category: "MARKETING",
  });
  assert.deepEqual(
    slovak.data.map((template) => template.name),
    ["spring_offer"],
  );
  await refused(client.templates.list({ businessAccountId, after: "nonsense" }), { code: 131059 });
});

test("kapso changes and reads the business profile", async (t) => {
  const { client } = await open(t);
  const { businessProfile } = client.phoneNumbers;
  assert.equal(
    (await businessProfile.update({ phoneNumberId, about: "Kvety 🌷", vertical: "RETAIL" }))
      .success,
    true,
  );
  const [profile] = (await businessProfile.get({ phoneNumberId })).data;
  assert.equal(profile.about, "Kvety 🌷");
  assert.equal(profile.vertical, "RETAIL");
});
