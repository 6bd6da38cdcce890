import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Locator, Page } from "@playwright/test";
import { App, dockedPhone } from "../world/app";
import { Demo, OWNER } from "../world/parley";
import { Process } from "../world/process";
import { settled } from "../world/settled";
import { expect, NARROW, test, WIDE } from "../world/story";

import { makeSmaller } from "./smaller";

const FOLDER = fileURLToPath(new URL("../../../docs/images/", import.meta.url));
const MOST_BYTES = 250_000;
const HARRY = "+447700900122";
const OLIVIA = "+447700900111";

/** A time zone in which it is ten in the morning, so that the pictures show the same hours whenever they are taken. */
function tenInTheMorning(): string {
  const ahead = 10 - new Date().getUTCHours();
  // The names of these zones count westwards.
  return `Etc/GMT${ahead <= 0 ? "+" : "-"}${Math.abs(ahead)}`;
}

async function take(page: Page, name: string): Promise<void> {
  await page.mouse.move(0, 0);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await settled(page);
    const path = join(FOLDER, `${name}-${colorScheme}.png`);
    await page.screenshot({ path, caret: "hide" });
    await makeSmaller(path);
    expect.soft(statSync(path).size, `bytes of ${path}`).toBeLessThanOrEqual(MOST_BYTES);
  }
}

/** Turns the wheel over the timeline until a message stands there whole. */
async function scrollUpTo(page: Page, message: Locator): Promise<void> {
  await page.getByRole("log").hover();
  await expect(async () => {
    if (!(await message.isVisible())) await page.mouse.wheel(0, -300);
    await expect(message).toBeVisible({ timeout: 200 });
  }).toPass({ timeout: 20_000 });
  await message.scrollIntoViewIfNeeded();
}

test("pictures of the main screens", async ({ open }) => {
  test.setTimeout(5 * 60_000);
  mkdirSync(FOLDER, { recursive: true });
  const demo = await Demo.start();
  const timezoneId = tenInTheMorning();
  const wide = { as: OWNER, timezoneId, viewport: WIDE };
  const olivia = await demo.api.conversation(OLIVIA);
  const harry = await demo.api.conversation(HARRY);

  const start = await open(demo, "/start", wide);
  await expect(start.getByRole("heading", { level: 2 }).first()).toBeVisible();
  await expect(dockedPhone(start).field).toBeVisible();
  await take(start, "start");
  await start.close();
  const phone = await open(demo, `/chats/${harry.id}`, wide);
  await new App(phone).shows("Harry Whitfield");
  await expect(dockedPhone(phone).message("someone is always at reception")).toBeVisible();
  await take(phone, "phone");
  await phone.close();
  await demo.quit();

  // The same data without what a demonstration adds.
  const server = new Process(["serve", "--listen", "127.0.0.1:0"], join(demo.data, "demo"));
  const desk = { origin: await server.find(/(http:\/\/127\.0\.0\.1:\d+)/) };
  const signIn = await open(desk, "/", { timezoneId });
  await expect(signIn.getByRole("heading", { name: "Sign in to Parley" })).toBeVisible();
  await take(signIn, "signin");

  const page = await open(desk, `/chats/${olivia.id}`, wide);
  const app = new App(page);
  await app.shows("Olivia Bennett");
  await page.getByRole("button", { name: "Contact details" }).click();
  await expect(page.getByRole("complementary", { name: "Contact" })).toBeHidden();
  await take(page, "inbox");
  await page.goto(`/chats/${harry.id}`);
  await app.shows("Harry Whitfield");
  await page.getByRole("button", { name: "Contact details" }).click();
  await expect(page.getByRole("complementary", { name: "Contact" })).toBeVisible();
  await page.getByRole("button", { name: "Hide the views" }).click();
  await scrollUpTo(page, app.message("I live at 72"));
  await take(page, "conversation");
  await page.goto("/settings/channels");
  await page.getByRole("link", { name: /Riverside/ }).click();
  await expect(page.getByRole("heading", { name: "Account data" })).toBeVisible();
  await take(page, "settings");

  const narrow = await open(desk, "/chats", { ...wide, viewport: NARROW });
  const mobile = new App(narrow);
  await expect(mobile.list.getByRole("link").first()).toBeVisible();
  await take(narrow, "mobile-list");
  await narrow.goto(`/chats/${harry.id}`);
  await mobile.shows("Harry Whitfield");
  await take(narrow, "mobile-conversation");
  for (const open of [signIn, page, narrow]) await open.close();
  await server.stop();
  await demo.stop();
});
