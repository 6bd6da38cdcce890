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
