import { App, DELIVERED } from "../world/app";
import { OWNER, SUPPORT } from "../world/parley";
import { expect, test } from "../world/story";

const viewport = { width: 1920, height: 1000 };

test("C48 U12: an answer has emojis and links, and reactions go both ways", async ({
  demo,
  open,
}) => {
  const customer = "+447700900981";
  const { id: asked } = await demo.simulator.writes(
    customer,
    SUPPORT,
    "Where is the size chart?",
    "Emil Emoji",
  );
  const { id } = await demo.api.conversation(customer);
  const page = await open(demo, `/chats/${id}`, { as: OWNER, viewport });
  const app = new App(page);
  await app.field.fill("Here: https://example.com/sizes?from=chat ");
  await app.conversation.getByRole("button", { name: "Emojis", exact: true }).click();
  const picker = page.getByRole("dialog", { name: "Emojis" });
  await picker.getByRole("searchbox", { name: "Search emojis" }).fill("party popper");
  await picker.getByRole("gridcell", { name: "party popper", exact: true }).click();
  await expect(app.field).toHaveValue("Here: https://example.com/sizes?from=chat 🎉");
  await app.field.press("Enter");
  await app.reaches("Here:", ...DELIVERED);
  const link = app
    .message("Here:")
    .getByRole("link", { name: "https://example.com/sizes?from=chat" });
  await expect(link).toHaveAttribute("href", "https://example.com/sizes?from=chat");
  await expect(link).toHaveAttribute("rel", /noopener/);

  await app.message("Where is the size chart?").hover();
  await app.messages.getByRole("button", { name: "React", exact: true }).click();
  await page.getByRole("button", { name: "👍", exact: true }).click();
  await expect(app.messages.getByText("👍")).toBeVisible();
  await expect
    .poll(async () => (await demo.simulator.messages(customer)).find((one) => one.id === asked))
    .toMatchObject({ reactions: [{ emoji: "👍" }] });
});

test("Z19: a timeline tells customers, agents, notes and the system apart", async ({
  demo,
  open,
  watch,
}) => {
  // The docked phone still asks for the number that is gone.
  watch.allow(/\b404\b.* \/sim\/api\/customers\//);
  const customer = "+447700900982";
  await demo.simulator.writes(customer, SUPPORT, "Who answers here?", "Ada Author");
  const { id } = await demo.api.conversation(customer);
  const page = await open(demo, `/chats/${id}`, { as: OWNER, viewport });
  const app = new App(page);
  const by = (author: string) => app.messages.getByRole("article", { name: `${author}, ` });
  await app.reply("I do");
  await app.conversation.getByRole("button", { name: "Note", exact: true }).click();
  const note = app.conversation.getByRole("textbox", { name: /^Write a note/ });
  await note.fill("She asked twice");
  await note.press("Enter");
  await app.conversation.getByRole("button", { name: "Close conversation" }).click();
  await demo.simulator.changesNumber(customer, "+447700900989");

  await expect(by("Ada Author")).toContainText("Who answers here?");
  await expect(by("You").filter({ hasText: "I do" })).toBeVisible();
  await expect(app.messages.getByText("You · note")).toBeVisible();
  await expect(by("You").filter({ hasText: "You closed the conversation" })).toBeVisible();
  await expect(by("System").filter({ hasText: "changed their number" })).toBeVisible();
  const kinds = await demo.api.all<{ author: { kind: string } }>(
    `/api/v1/conversations/${id}/messages`,
  );
  expect([...new Set(kinds.map(({ author }) => author.kind))].sort()).toEqual([
    "contact",
    "member",
    "system",
  ]);
});

test("C43 L03 U17: list and header count the same seconds", async ({ demo, open }) => {
  const customer = "+447700900983";
  await demo.simulator.writes(customer, SUPPORT, "Still open?", "Sam Second");
  const { id } = await demo.api.conversation(customer);
  const page = await open(demo, `/chats/${id}?view=all`, { as: OWNER, viewport });
  const app = new App(page);
  await app.shows("Sam Second");
  await page.getByRole("button", { name: "To 2 minutes before closing" }).click();
  await expect(app.conversation.getByRole("timer")).toHaveText(/^[12]:\d\d left to answer$/);
  const { seconds, want } = await page.evaluate(async (conversation) => {
    const began = performance.now();
    const [me, { window }] = await Promise.all(
      ["/api/v1/me", `/api/v1/conversations/${conversation}`].map((path) =>
        fetch(path).then((answer) => answer.json()),
      ),
    );
    const took = performance.now() - began;
    const rings = [...document.querySelectorAll("[aria-label^='Closes in']")];
    const shown = rings.map(({ textContent }) => textContent ?? "");
    const seconds = shown
      .filter((text) => /^[12]:\d\d$/.test(text))
      .map((text) => Number(text.slice(0, 1)) * 60 + Number(text.slice(2)));
    const left = (Date.parse(window.service.closes_at) - Date.parse(me.server_time)) / 1000;
    return { seconds, want: { left, slack: 1 + took / 1000 } };
  }, id);
  // In the list, in the header and in the contact panel.
  expect(seconds.length).toBeGreaterThanOrEqual(2);
  for (const shown of seconds) {
    expect(Math.abs(shown - want.left)).toBeLessThanOrEqual(want.slack);
  }
});

test("U19: a customer is found by name and by number", async ({ demo, open }) => {
  const customer = "+447700900984";
  await demo.simulator.writes(customer, SUPPORT, "Szukam", "Żaneta Śliwińska");
  await demo.api.conversation(customer);
  const page = await open(demo, "/chats?view=all", { as: OWNER, viewport });
  const app = new App(page);
  const search = app.list.getByRole("searchbox");
  for (const words of ["zaneta sliw", "7700900984"]) {
    await search.fill(words);
    await app.list.getByRole("button", { name: "Żaneta Śliwińska" }).first().click();
    await app.shows("Żaneta Śliwińska");
    await search.fill("nobody has this name");
    await expect(app.list.getByText("Nothing found")).toBeVisible();
  }
});
