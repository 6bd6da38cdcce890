import { App, DELIVERED } from "../world/app";
import { ACCOUNT, OWNER } from "../world/parley";
import { expect, test } from "../world/story";

test("first run: from the printed code to the first answer", async ({ fresh, open, watch }) => {
  watch.allow(/\b403\b.* \/api\/v1\/setup$/);
  await fresh.simulator.addNumber({ ...ACCOUNT });
  const page = await open(fresh, "/");
  const app = new App(page);
  const fill = async (fields: Record<string, string>) => {
    for (const [label, value] of Object.entries(fields)) {
      await page.getByLabel(label, { exact: true }).first().fill(value);
    }
  };

  await fill({ "Set-up code": "not the code", "E-mail": "nobody" });
  await page.getByRole("button", { name: "Create the workspace" }).click();
  for (const [label, what] of [
    ["Set-up code", /^The set-up code is wrong\. The server printed it/],
    ["Name of the business", /characters/],
    ["Your name", /characters/],
    ["E-mail", /is not an e-mail address/],
    ["Password", /between 10 and 200 characters/],
  ] as const) {
    await expect(page.getByLabel(label, { exact: true }).first()).toHaveAccessibleDescription(what);
  }
  await expect(page.getByLabel("Set-up code")).toBeFocused();

  await fill({
    "Set-up code": fresh.code,
    "Name of the business": ACCOUNT.name,
    "Your name": OWNER.name,
    "E-mail": OWNER.email,
    Password: OWNER.password,
  });
  await page.getByRole("button", { name: "Create the workspace" }).click();
  await expect(page.getByRole("heading", { name: "Your first conversation" })).toBeVisible();

  await page.getByRole("link", { name: "Enter the data of your account" }).click();
  await page.getByText("Advanced").click();
  await fill({
    "WhatsApp Business Account ID": ACCOUNT.waba_id,
    "Access token": "not-the-token",
    "App secret": ACCOUNT.app_secret,
    "Verify token": ACCOUNT.verify_token,
    Number: ACCOUNT.phone_number,
    "Phone number ID": ACCOUNT.phone_number_id,
    "API address": fresh.graph,
  });
  await page.getByRole("textbox", { name: "Name", exact: true }).first().fill(ACCOUNT.name);
  await page.getByRole("button", { name: "Connect and test" }).click();
  const token = page.getByLabel("Access token", { exact: true });
  await expect(token).toHaveAccessibleDescription(/token/i);
  await expect(token).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByText(/^The test found/)).toBeVisible();

  await token.fill(ACCOUNT.access_token);
  await page.getByRole("button", { name: "Save and test" }).click();
  await expect(token).not.toHaveAttribute("aria-invalid", "true");
  const callback = await page
    .getByRole("group", { name: "Callback URL" })
    .locator("code")
    .innerText();
  expect(callback).toMatch(new RegExp(`^${fresh.origin}/hooks/`));
  await fresh.simulator.addNumber({ ...ACCOUNT, callback_url: callback });
  await page.getByRole("button", { name: "Test connection" }).click();
  await expect(
    page.getByText("Everything that can be tried without a message works."),
  ).toBeVisible();

  await page.getByRole("link", { name: "Chats" }).first().click();
  await fresh.simulator.writes(
    "+447700900961",
    ACCOUNT.phone_number,
    "Is this the shop?",
    "Frida First",
  );
  await app.open("Frida First");
  await app.reply("It is!");
  await app.reaches("It is!", ...DELIVERED);
});
