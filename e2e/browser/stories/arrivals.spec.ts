import { App } from "../world/app";
import { SUPPORT } from "../world/parley";
import { expect, test } from "../world/story";

test("a message whose row is out of sight is told of over the list, counted, and one press away", async ({
  demo,
  open,
}) => {
  const page = await open(demo, "/chats");
  const app = new App(page);
  await expect(app.list.getByRole("link").first()).toBeVisible();
  const count = async () => Number(/^\((\d+)\)/.exec(await page.title())?.[1] ?? 0);
  await expect.poll(count).toBeGreaterThan(0);
  const before = await count();

  await demo.simulator.writes("+447700900951", SUPPORT, "Do you ship to Norway?", "Nora New");
  const note = app.list.getByRole("button", { name: "New message from Nora New" });
  await expect(note).toBeVisible();
  await expect.poll(count).toBe(before + 1);
  await expect(page.getByRole("navigation", { name: "Main" })).toContainText(
    `${before + 1} conversations, mine or unassigned, have unread messages`,
  );

  await demo.simulator.writes("+447700900952", SUPPORT, "And to Sweden?", "Sven Second");
  await app.list.getByRole("button", { name: "2 customers wrote" }).click();
  await app.shows("Sven Second");
  await expect(app.row("Sven Second")).toBeInViewport();
  await expect(app.list.getByRole("button", { name: /wrote|New message/ })).toBeHidden();
});

test("a timeline stays at its end while its rows are replaced", async ({ demo, open }) => {
  const page = await open(demo, "/chats");
  const app = new App(page);
  await expect(app.list.getByRole("link").first()).toBeVisible();
  const writes = (text: string) =>
    demo.simulator.writes("+447700900953", SUPPORT, text, "Timo Timeline");
  await writes("Line 1");
  await app.list.getByRole("button", { name: "New message from Timo Timeline" }).click();
  await app.open("Timo Timeline");
  for (let line = 2; line <= 15; line++) await writes(`Line ${line}\nand more`);
  await expect(app.message("Line 15")).toBeInViewport();

  // One task that makes the content lower and high again, as it happens when a sent file replaces
  // its optimistic row; the browser tells of the scroll that it moved only afterwards.
  const gap = await app.messages.evaluate(async (rows: HTMLElement) => {
    const scroller = rows.parentElement as HTMLElement;
    const { height, overflow } = rows.style;
    rows.style.overflow = "clip";
    rows.style.height = `${Number.parseFloat(height) - 300}px`;
    scroller.scrollTop; // lays out
    rows.style.height = height;
    rows.style.overflow = overflow;
    for (let frame = 0; frame < 4; frame++) await new Promise(requestAnimationFrame);
    return scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop;
  });
  expect(gap).toBeLessThan(2);
});
