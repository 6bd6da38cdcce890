import { App, DELIVERED } from "../world/app";
import { AGENT, OWNER, SALES, SUPPORT } from "../world/parley";
import { expect, test } from "../world/story";

// Wide enough for views, list, conversation and phone beside each other.
const viewport = { width: 1920, height: 1000 };
const OTHER = "+447700900970";

test("C12 C14 C15 C16: a line says which number, who writes, to whom, and who answered last", async ({
  demo,
  open,
}) => {
  const customer = "+447700900971";
  await demo.simulator.writes(OTHER, SUPPORT, "Good morning", "Otto Other");
  await demo.simulator.writes(customer, SALES, "Is the blue one in stock?", "Nina Number");
  const { id, number } = await demo.api.conversation(customer);
  const page = await open(demo, "/chats?view=all&sort=recent", { as: OWNER, viewport });
  const app = new App(page);
  const row = app.row("Nina Number");
  await expect(row).toContainText(`#${number}`);
  await expect(row.getByTitle(SALES)).toHaveText("Sales");
  await expect(row.getByTitle(/answered last$/)).toBeHidden();

  // The one who answered last is not the one whom it is assigned to.
  await app.open("Nina Number");
  await expect(app.conversation).toContainText(`Sales · ${SALES}`);
  await app.reply("It is, in all sizes.");
  await expect(row.getByTitle("Alex Morgan answered last")).toBeVisible();
  const agent = await demo.api.as(AGENT.email, AGENT.password);
  await agent.post(`/api/v1/conversations/${id}/messages`, {
    client_id: "martina-answers",
    type: "text",
    text: "And in green from Monday.",
  });
  await expect(row.getByTitle("Martina Kováčová answered last")).toBeVisible();
  await expect(row.getByTitle("Assigned to Alex Morgan")).toBeVisible();

  // Its number leads to it, with and without the sign.
  await app.open("Otto Other");
  await app.list.getByRole("searchbox").fill(`#${number}`);
  await app.list.getByRole("button", { name: "Nina Number" }).first().click();
  await app.shows("Nina Number");
});

test("C17 C19: a line's ticks go forward only, and its time says when the customer wrote", async ({
  demo,
  open,
}) => {
  const customer = "+447700900972";
  await demo.simulator.writes(customer, SUPPORT, "Do you ship to Malta?", "Tilda Tick");
  const { id } = await demo.api.conversation(customer);
  const page = await open(demo, "/chats?view=all&sort=recent", { as: OWNER, viewport });
  const app = new App(page);
  const row = app.row("Tilda Tick");
  await expect(row.getByRole("img", { name: "Delivered" })).toBeHidden();
  const answer = (client_id: string, text: string) =>
    demo.api.post(`/api/v1/conversations/${id}/messages`, { client_id, type: "text", text });

  await answer("tick-1", "We do, in five days.");
  await expect(app.mark("Tilda Tick", "Delivered")).toBeVisible();
  await expect(row.getByTitle(/\nReceived: /)).toBeVisible();
  await demo.simulator.reads(customer, SUPPORT);
  await expect(app.mark("Tilda Tick", "Read")).toBeVisible();

  await demo.simulator.fault({ kind: "error_131026", customer, count: 1 });
  await answer("tick-2", "And with insurance.");
  await expect(app.mark("Tilda Tick", "Not sent")).toBeVisible();
  // The provider tells whole seconds: within one the order is not known.
  await demo.later(2);
  await demo.simulator.writes(customer, SUPPORT, "Hello?");
  await expect(row).toContainText("Hello?");
  await expect(row.getByTitle(/\nReceived: /)).toBeHidden();
});

test("C18: three unread messages are three until the one who answers has opened them", async ({
  demo,
  open,
}) => {
  const customer = "+447700900973";
  await demo.simulator.writes(OTHER, SUPPORT, "Good morning", "Otto Other");
  for (const text of ["One", "Two", "Three"]) {
    await demo.simulator.writes(customer, SUPPORT, text, "Uma Unread");
  }
  const { id } = await demo.api.conversation(customer);
  const page = await open(demo, "/chats?view=all&sort=recent", { as: OWNER, viewport });
  const app = new App(page);
  const row = app.row("Uma Unread");
  const unread = row.getByText(/unread message/);
  await expect(unread).toHaveText("3 unread messages");

  // Looking is not reading, for somebody whom it is not assigned to.
  await app.open("Uma Unread");
  await expect(app.messages.getByText("3 unread messages")).toBeVisible();
  await expect(unread).toHaveText("3 unread messages");
  await page.keyboard.press("a");
  await expect(row.getByTitle("Assigned to Alex Morgan")).toBeVisible();
  await expect(unread).toBeHidden();
  expect((await demo.api.conversation(customer)).unread).toBe(0);

  // Another in the open conversation is read as it comes; in one that is not open it counts.
  await demo.simulator.writes(customer, SUPPORT, "Four");
  await expect(app.message("Four")).toBeVisible();
  await expect(unread).toBeHidden();
  await app.open("Otto Other");
  await demo.simulator.writes(customer, SUPPORT, "Five");
  await expect(unread).toHaveText("1 unread message");
  expect(page.url()).not.toContain(id);
});

test("C20 C36: the beacon shines until somebody answers or says that none is needed", async ({
  demo,
  open,
}) => {
  const customer = "+447700900974";
  await demo.simulator.writes(customer, SUPPORT, "Thanks, see you", "Bea Beacon");
  const { id } = await demo.api.conversation(customer);
  const page = await open(demo, `/chats/${id}?view=all&sort=recent`, { as: OWNER, viewport });
  const app = new App(page);
  const beacon = app.mark("Bea Beacon", /^Waits for an answer since/);
  await expect(beacon).toBeVisible();

  await app.messages.getByRole("button", { name: "No reply needed" }).click();
  await expect(beacon).toBeHidden();
  await expect(app.messages.getByText("You marked that no reply is needed")).toBeVisible();
  await app.messages.getByRole("button", { name: "Still needs a reply" }).click();
  await expect(beacon).toBeVisible();
  await expect(app.messages.getByText("You marked that a reply is still needed")).toBeVisible();

  // An answer that failed is none.
  await demo.simulator.fault({ kind: "error_131026", customer, count: 1 });
  await app.reply("See you tomorrow");
  await app.reaches("See you tomorrow", "Not sent");
  await expect(beacon).toBeVisible();
  await app.messages.getByRole("button", { name: "Retry" }).click();
  await app.reaches("See you tomorrow", ...DELIVERED);
  await expect(beacon).toBeHidden();

  // After our own answer too it can be set; from the list by its menu.
  await app.row("Bea Beacon").click({ button: "right" });
  await page.getByRole("menuitem", { name: "Still needs a reply" }).click();
  await expect(beacon).toBeVisible();
});

test("L05: one thread per customer and number, also after closing; a new one after deleting", async ({
  demo,
  open,
}) => {
  const customer = "+447700900975";
  await demo.simulator.writes(customer, SUPPORT, "First question", "Thea Thread");
  const { id } = await demo.api.conversation(customer);
  const page = await open(demo, `/chats/${id}?view=all&sort=recent`, { as: OWNER, viewport });
  const app = new App(page);
  await app.shows("Thea Thread");
  await app.conversation.getByRole("button", { name: "Close conversation" }).click();
  await expect(app.row("Thea Thread")).toContainText("Closed");
  await demo.simulator.writes(customer, SUPPORT, "Second question");
  await expect(app.message("Second question")).toBeVisible();
  await expect(app.message("First question")).toBeVisible();
  await expect(app.row("Thea Thread")).not.toContainText("Closed");

  await app.conversation.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem", { name: "Delete conversation" }).click();
  await page
    .getByRole("dialog", { name: "Delete this conversation?" })
    .getByRole("button", { name: "Delete conversation" })
    .click();
  await expect(app.row("Thea Thread")).toBeHidden();
  await demo.simulator.writes(customer, SUPPORT, "Third question");
  await app.open("Thea Thread");
  await expect(app.message("Third question")).toBeVisible();
  await expect(app.message("First question")).toBeHidden();
  expect(page.url()).not.toContain(`/chats/${id}?`);
});

test("L08 U09 U10: two numbers in one inbox, each answers from itself", async ({ demo, open }) => {
  const customer = "+447700900976";
  await demo.simulator.writes(customer, SUPPORT, "My zip is broken", "Dora Double");
  await demo.simulator.writes(customer, SALES, "What does a new one cost?", "Dora Double");
  await demo.api.conversation(customer);
  const page = await open(demo, "/chats?view=all&sort=recent", { as: OWNER, viewport });
  const app = new App(page);
  for (const [asked, answer] of [
    ["My zip is broken", "Send it to us"],
    ["What does a new one cost?", "Forty euros"],
  ] as const) {
    await app.row(asked).click();
    await expect(app.message(asked)).toBeVisible();
    await app.reply(answer);
    await app.reaches(answer, ...DELIVERED);
    await expect(app.messages.getByRole("article")).toHaveCount(2);
  }
  const sent = (await demo.simulator.messages(customer)).filter(
    ({ direction }) => direction === "out",
  );
  expect(sent.map(({ text, number }) => [text, number]).sort()).toEqual([
    ["Forty euros", SALES],
    ["Send it to us", SUPPORT],
  ]);

  // And each number has a view of its own.
  await app.view("Sales").click();
  await expect(app.row("Forty euros")).toBeVisible();
  await expect(app.row("Send it to us")).toBeHidden();
  await app.view("All").click();
  await expect(app.row("Forty euros")).toBeVisible();
  await expect(app.row("Send it to us")).toBeVisible();
});
