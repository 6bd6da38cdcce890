import { App } from "../world/app";
import { OWNER } from "../world/parley";
import { expect, test } from "../world/story";

test("a menu opens by keys, is walked by keys and gives the focus back", async ({ demo, open }) => {
  const page = await open(demo, "/chats?view=all", { as: OWNER });
  const { keyboard } = page;
  const order = page.getByRole("button", { name: "Order", exact: true });
  const menu = page.getByRole("menu", { name: "Order" });
  const first = page.getByRole("menuitemradio", { name: "Who waits first" });
  const last = page.getByRole("menuitemradio", { name: "Latest message first" });

  await order.press("Enter");
  await expect(first).toBeFocused();
  await expect(order).toHaveAttribute("aria-expanded", "true");
  await keyboard.press("ArrowDown");
  await expect(last).toBeFocused();
  await keyboard.press("Escape");
  await expect(menu).toBeHidden();
  await expect(order).toBeFocused();
  await order.press("ArrowUp");
  await expect(last).toBeFocused();
  await keyboard.press("Enter");
  await expect(menu).toBeHidden();
  await expect(page).toHaveURL(/sort=recent/);

  // By mouse the same button closes it again; a press beside it does too.
  await order.click();
  await expect(menu).toBeVisible();
  await order.click();
  await expect(menu).toBeHidden();
  await order.click();
  await page.getByRole("heading", { name: "No conversation is open" }).click();
  await expect(menu).toBeHidden();

  // The menu key asks what can be done with the line that has the focus.
  const app = new App(page);
  await expect(app.list.getByRole("link").first()).toBeVisible();
  await keyboard.press("j");
  await keyboard.press("Shift+F10");
  await expect(page.getByRole("menuitem", { name: "Close conversation" })).toBeVisible();
  await keyboard.press("Escape");
  await expect(app.list.getByRole("link").first()).toBeFocused();
});

test("a tooltip says name and key of what the pointer or the focus is on", async ({
  demo,
  open,
}) => {
  const page = await open(demo, "/chats?view=all", { as: OWNER });
  const tooltip = page.getByRole("tooltip");
  const settings = page.getByRole("navigation", { name: "Main" }).getByRole("link", {
    name: "Settings",
  });
  await settings.hover();
  await expect(tooltip).toContainText("Settings");
  await page.keyboard.press("Escape");
  await expect(tooltip).toBeHidden();

  const order = page.getByRole("button", { name: "Order", exact: true });
  await page.getByRole("searchbox").focus();
  await page.keyboard.press("Shift+Tab");
  await expect(order).toBeFocused();
  await expect(tooltip).toHaveText("Order");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menu", { name: "Order" })).toBeVisible();
  await expect(tooltip).toBeHidden();
});

test("the palette begins what has its button on another page", async ({ demo, open }) => {
  const page = await open(demo, "/chats?view=all", { as: OWNER });
  const app = new App(page);
  await expect(app.list.getByRole("link").first()).toBeVisible();
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog", { name: "Commands" })).toBeVisible();
  await page.keyboard.type("add an agent");
  await expect(page.getByRole("option", { name: "Add an agent" })).toHaveAttribute(
    "aria-selected",
    "true",
  );
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Add an agent" })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("dialog", { name: "Add an agent" })).toBeHidden();
  await expect(app.list.getByRole("link").first()).toBeVisible();

  await page.keyboard.press("Control+k");
  await page.keyboard.type("connect whatsapp");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Connect WhatsApp" })).toBeVisible();
});
