import type { Page } from "@playwright/test";
import { App, DELIVERED } from "../world/app";
import { expectAccessible } from "../world/axe";
import { everyKind } from "../world/kinds";
import { OWNER, SUPPORT } from "../world/parley";
import { settled } from "../world/settled";
import { expect, NARROW, test } from "../world/story";

const SETTINGS = [
  "profile",
  "notifications",
  "sessions",
  "tokens",
  "members",
  "teams",
  "channels",
  "channels/new",
  "hooks",
];

/** Looks at a page in both themes. */
async function look(page: Page, screen: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await settled(page);
    await expectAccessible(page, `${screen}, ${colorScheme}`);
  }
}

test("everybody can set up and sign in", async ({ fresh, open, watch }) => {
  watch.allow(/\b403\b.* \/api\/v1\/setup$/);
  const page = await open(fresh, "/");
  await expect(page.getByRole("heading", { name: "Welcome to Parley" })).toBeVisible();
  await look(page, "set-up");
  await page.getByRole("button", { name: "Create the workspace" }).click();
  await expect(page.getByText("The set-up code is wrong.")).toBeVisible();
  await look(page, "set-up with what is missing");
  await fresh.settle();
  await page.goto("/");
  await expect(page.getByRole("heading", { name: "Sign in to Parley" })).toBeVisible();
  await look(page, "sign-in");
});

test("everybody can work", async ({ demo, open }) => {
  const id = await everyKind(demo.api, demo.simulator, "+447700900941", SUPPORT);
  const page = await open(demo, "/chats?view=all", { as: OWNER });
  const app = new App(page);
  await expect(app.list.getByRole("link").first()).toBeVisible();
  await look(page, "list");

  await page.goto(`/chats/${id}`);
  await app.reaches("This one arrives", ...DELIVERED);
  await look(page, "conversation with every kind");
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog", { name: "Commands" })).toBeVisible();
  await look(page, "palette");
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keys" })).toBeVisible();
  await look(page, "keys");
  await page.keyboard.press("Escape");

  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem", { name: "Delete conversation" }).click();
  await expect(page.getByRole("dialog", { name: "Delete this conversation?" })).toBeVisible();
  await look(page, "dialog before deleting");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Contact details" }).click();
  await expect(page.getByText("What you call them")).toBeVisible();
  await look(page, "contact panel");

  await page.goto("/start");
  await expect(
    page.getByRole("heading", { name: "Welcome to Parley’s demonstration" }),
  ).toBeVisible();
  await look(page, "start page");
  for (const section of SETTINGS) {
    await page.goto(`/settings/${section}`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await look(page, `settings, ${section}`);
  }
});

test("a narrow screen shows one pane at a time", async ({ demo, open }) => {
  const id = await everyKind(demo.api, demo.simulator, "+447700900942", SUPPORT);
  const page = await open(demo, "/chats?view=all&sort=recent", { as: OWNER, viewport: NARROW });
  const app = new App(page);
  await expect(app.conversation).toBeHidden();
  await look(page, "list, narrow");
  await app.row("Klára Kinds").click();
  await expect(page).toHaveURL(new RegExp(`/chats/${id}`));
  await expect(app.messages).toBeVisible();
  await expect(app.list).toBeHidden();
  await look(page, "conversation, narrow");
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(wider, "how much wider than the screen the page is").toBe(0);
  await page.getByRole("button", { name: "Back to the list" }).click();
  await expect(app.row("Klára Kinds")).toBeInViewport();
  await expect(app.conversation).toBeHidden();
});
