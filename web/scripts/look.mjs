// Opens the screens in a real browser, light and dark, wide and narrow; leaves pictures in
// web/.look, runs axe on each and fails on what it finds. Starts its own development server.
//   npm run look -- [part of a name]
import { mkdirSync } from "node:fs";
import { AxeBuilder } from "@axe-core/playwright";
import { chromium } from "playwright-core";
import { createServer } from "vite";

const OUT = new URL("../.look/", import.meta.url).pathname;
const only = process.argv[2] ?? "";
const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 390, height: 844 };

/** name, path, what to do before the picture. */
const SCREENS = [
  ["kit", "/dev/kit"],
  ["kit-menu", "/dev/kit", (page) => page.getByRole("button", { name: "More" }).click()],
  ["kit-dialog", "/dev/kit", (page) => page.getByRole("button", { name: "Dialog" }).click()],
  ["kit-select", "/dev/kit", (page) => page.getByRole("combobox", { name: "Theme" }).click()],
  [
    "kit-toasts",
    "/dev/kit",
    async (page) => {
      await page.getByRole("button", { name: "Good toast" }).click();
      await page.getByRole("button", { name: "Bad toast" }).click();
    },
  ],
  ["sign-in", "/sign-in?mock=signed-out"],
  [
    "sign-in-wrong",
    "/sign-in?mock=signed-out",
    async (page) => {
      await page.getByLabel("E-mail").fill("a@b.test");
      await page.getByLabel("Password", { exact: true }).fill("wrong");
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByRole("alert").waitFor();
    },
  ],
  ["setup", "/setup?mock=setup"],
  [
    "setup-refused",
    "/setup?mock=setup",
    async (page) => {
      await page.getByRole("button", { name: "Create the workspace" }).click();
      await page.getByText("Some fields need").waitFor();
    },
  ],
  ["chats", "/chats?view=all", (page) => page.getByText("Ana Horvat").first().waitFor()],
  [
    "chats-open",
    "/chats/c0?view=all",
    (page) => page.getByText("We are at the pier").last().waitFor(),
  ],
  [
    "chats-menu",
    "/chats?view=all",
    async (page) => {
      await page
        .getByRole("link", { name: /Ana Horvat/ })
        .first()
        .click({ button: "right" });
      await page.getByRole("menuitem").first().waitFor();
    },
  ],
  [
    "chats-search",
    "/chats?view=all&q=dob",
    (page) => page.getByRole("heading", { name: "Messages" }).waitFor(),
  ],
  [
    "chats-nothing-found",
    "/chats?view=all&q=zzz",
    (page) => page.getByText("Nothing found").waitFor(),
  ],
  ["chats-empty", "/chats?view=waiting&mock=empty"],
  ["chats-new", "/chats?mock=new", (page) => page.getByText("Your first conversation").waitFor()],
  ["chats-slow", "/chats?mock=slow", (page) => page.waitForTimeout(700)],
  [
    "chats-error",
    "/chats?mock=error",
    (page) => page.getByRole("alert").waitFor({ timeout: 15_000 }),
  ],
  [
    "palette",
    "/chats",
    async (page) => {
      await page.getByText("Ana Horvat").first().waitFor();
      await page.keyboard.press("Control+k");
      await page.getByRole("option").first().waitFor();
    },
  ],
  [
    "keys",
    "/chats",
    async (page) => {
      await page.getByText("Ana Horvat").first().waitFor();
      await page.keyboard.press("?");
      await page.getByRole("dialog").waitFor();
    },
  ],
  [
    "profile-menu",
    "/chats",
    async (page) => {
      await page.getByRole("button", { name: /Profile of/ }).click();
      await page.getByRole("menuitem", { name: /^Theme/ }).click();
      await page.getByRole("menuitemradio", { name: "Dark" }).waitFor();
    },
  ],
  [
    "settings-profile",
    "/settings/profile",
    (page) => page.getByRole("heading", { name: "Password" }).waitFor(),
  ],
  ["settings-notifications", "/settings/notifications"],
  ["settings-tokens", "/settings/tokens", (page) => page.getByText("Nightly export").waitFor()],
  [
    "settings-token-made",
    "/settings/tokens",
    async (page) => {
      await page.getByRole("button", { name: "New token" }).click();
      await page.getByLabel("What is it for?").fill("Shop");
      await page.getByRole("button", { name: "Create the token" }).click();
      await page.getByText("It is not shown again").waitFor();
    },
  ],
  ["settings-members", "/settings/members", (page) => page.getByText("Samir").waitFor()],
  [
    "settings-member-add",
    "/settings/members",
    (page) => page.getByRole("button", { name: "Add an agent" }).click(),
  ],
  ["settings-teams", "/settings/teams", (page) => page.getByText("Bookings").first().waitFor()],
  ["settings-channels", "/settings/channels", (page) => page.getByText("Winter office").waitFor()],
  ["settings-channel-new", "/settings/channels/new"],
  [
    "settings-channel-tested",
    "/settings/channels/cn1",
    async (page) => {
      await page.getByRole("button", { name: "Test connection" }).click();
      await page.getByText("WhatsApp does not know").first().waitFor();
    },
  ],
  ["settings-hooks", "/settings/hooks", (page) => page.getByText("The body is not JSON").waitFor()],
  ["settings-sessions", "/settings/sessions", (page) => page.getByText("Chrome · Linux").waitFor()],
  ["not-found", "/nowhere"],
];

mkdirSync(OUT, { recursive: true });
const server = await createServer({ server: { port: 0 }, logLevel: "error" });
await server.listen();
const origin = server.resolvedUrls.local[0].replace(/\/$/, "");
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-sync",
    "--no-first-run",
  ],
});
let failures = 0;
function fail(label, text) {
  failures++;
  console.error(`${label}: ${text.slice(0, 900)}`);
}

async function look(context, [name, path, act], label) {
  const page = await context.newPage();
  page.on("pageerror", (error) => fail(label, error.stack ?? error.message));
  page.on("console", (message) => {
    const expected = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !expected) fail(label, message.text());
  });
  try {
    await page.goto(origin + path, { waitUntil: "load" });
    await page.locator("main:visible, [role=alert]:visible").first().waitFor();
    await act?.(page);
    await page.waitForTimeout(250);
    if (name === "kit" && label.includes("wide")) {
      await page.setViewportSize({ width: WIDE.width, height: 1300 });
    }
    await page.screenshot({ path: `${OUT}${label}.png` });
    const { violations } = await new AxeBuilder({ page })
      // Base UI's focus guards are focusable and hidden on purpose: they send the focus on.
      .exclude("[data-base-ui-focus-guard]")
      .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
      .analyze();
    for (const { id, help, nodes } of violations) {
      const where = nodes
        .slice(0, 4)
        .map((node) => `${node.html.slice(0, 160)} ${node.any[0]?.message ?? ""}`);
      fail(label, `${id}: ${help}\n    ${where.join("\n    ")}`);
    }
  } catch (error) {
    fail(label, error.message);
    await page.screenshot({ path: `${OUT}${label}.png` });
  }
  await page.close();
}

// One context for all screens of a look, so that the browser's cache serves them.
for (const [size, viewport] of [
  ["wide", WIDE],
  ["narrow", NARROW],
]) {
  for (const colorScheme of ["light", "dark"]) {
    const context = await browser.newContext({
      viewport,
      colorScheme,
      locale: "en-GB",
      reducedMotion: "reduce",
    });
    for (const screen of SCREENS.filter(([name]) => name.includes(only))) {
      await look(context, screen, `${screen[0]}-${size}-${colorScheme}`);
    }
    await context.close();
    console.log(`${size} ${colorScheme}`);
  }
}
await browser.close();
await server.close();
process.exit(failures > 0 ? 1 : 0);
