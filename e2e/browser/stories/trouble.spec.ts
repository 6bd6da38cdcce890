import { App, DELIVERED } from "../world/app";
import { OWNER, SUPPORT } from "../world/parley";
import { expect, NARROW, test } from "../world/story";

test("a message that failed says why, and goes through when it is sent again", async ({
  demo,
  open,
}) => {
  const customer = "+447700900902";
  await demo.simulator.writes(customer, SUPPORT, "Did my parcel leave?", "Fiona Fault");
  const { id } = await demo.api.conversation(customer);
  const app = new App(await open(demo, `/chats/${id}`));
  await demo.simulator.fault({ kind: "error_131026", customer, count: 1 });

  await app.reply("It left this morning");
  await app.reaches("It left this morning", "Not sent");
  const reason = app.messages.getByTitle("131026", { exact: true });
  await expect(reason).toBeVisible();
  expect(await reason.textContent()).toMatch(/WhatsApp/);

  await app.messages.getByRole("button", { name: "Retry" }).click();
  await app.reaches("It left this morning", ...DELIVERED);
  await expect(reason).toBeHidden();
  const got = (await demo.simulator.messages(customer)).filter(
    ({ text, status }) => text === "It left this morning" && status !== "failed",
  );
  expect(got).toHaveLength(1);
});

test("when the server dies, nothing that was written is lost or doubled", async ({
  fresh,
  open,
  watch,
}) => {
  watch.allow(/net::ERR_/);
  await fresh.settle();
  const customer = "+447700900903";
  await fresh.simulator.writes(customer, SUPPORT, "Are you there?", "Rosa Reconnect");
  const { id } = await fresh.api.conversation(customer);
  const page = await open(fresh, `/chats/${id}`, { as: OWNER });
  const app = new App(page);
  const offline = page.getByText("No connection to the server");
  await app.reply("Before the power cut");
  await app.reaches("Before the power cut", ...DELIVERED);

  await fresh.kill();
  await expect(offline).toBeVisible();
  await fresh.simulator.writes(customer, SUPPORT, "A customer's words in the dark");
  await app.reply("An answer in the dark");
  const waiting = app.messages.getByText("Waiting for the connection.");
  await expect(waiting).toBeVisible();

  await fresh.restart();
  await expect(offline).toBeHidden();
  await expect(app.message("A customer's words in the dark")).toBeVisible();
  await app.reaches("An answer in the dark", ...DELIVERED);
  await expect(waiting).toBeHidden();

  const texts = ["A customer's words in the dark", "An answer in the dark", "Before the power cut"];
  for (const text of texts) await expect(app.message(text)).toHaveCount(1);
  const stored = (await fresh.api.messages(id)).map(({ text }) => text);
  expect(stored.filter((text) => texts.includes(text)).sort()).toEqual(texts);
  const accepted = await fresh.simulator.accepted();
  expect(accepted.map(({ text, count }) => [text, count]).sort()).toEqual([
    ["An answer in the dark", 1],
    ["Before the power cut", 1],
  ]);
});

test("a message that fails elsewhere tells its author, and its buttons are free", async ({
  demo,
  open,
}) => {
  const customer = "+447700900904";
  await demo.simulator.writes(customer, SUPPORT, "hi", "Fay Elsewhere");
  const { id } = await demo.api.conversation(customer);
  const page = await open(demo, "/chats?view=all&sort=recent", { as: OWNER });
  const app = new App(page);
  await expect(app.row("Fay Elsewhere")).toBeVisible();
  await demo.simulator.fault({ kind: "error_131026", customer, count: 1 });
  await demo.api.post(`/api/v1/conversations/${id}/messages`, {
    client_id: "fails-elsewhere",
    type: "text",
    text: "Hello, how can we help?",
  });
  // What interrupts is read out at once; the one on the screen is for those who see it.
  const told = page
    .getByRole("alertdialog", { includeHidden: true })
    .filter({ hasText: "Not delivered to Fay Elsewhere" });
  await expect(told).toContainText("WhatsApp");
  await told.getByRole("button", { name: "Open", includeHidden: true }).click();
  await app.shows("Fay Elsewhere");
  await app.reaches("Hello, how can we help?", "Not sent");

  // All of it fits, also on a small screen: nothing leads to an end that is in sight.
  await page.setViewportSize(NARROW);
  await page.reload();
  await app.reaches("Hello, how can we help?", "Not sent");
  await app.messages.getByRole("button", { name: "Retry" }).click({ trial: true });
  await expect(app.conversation.getByRole("button", { name: "Latest messages" })).toBeHidden();
});
