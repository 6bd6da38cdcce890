import { App, DELIVERED } from "../world/app";
import { SUPPORT } from "../world/parley";
import { expect, test } from "../world/story";

test("a day's triage without a mouse", async ({ demo, open }) => {
  const lodz = "+447700900911";
  const other = "+447700900912";
  await demo.simulator.writes(lodz, SUPPORT, "Czy wysyłacie do miasta Łódź?", "Łucja Nowak");
  await demo.simulator.writes(other, SUPPORT, "Second in the list", "Otto Other");
  await demo.api.conversation(other);
  const page = await open(demo, "/chats?view=all&sort=recent");
  const app = new App(page);
  const { keyboard } = page;
  await expect(app.row("Łucja Nowak")).toBeVisible();

  // J and K walk, Enter opens.
  await expect(app.list.getByRole("link").first()).toContainText("Otto Other");
  await keyboard.press("j");
  await expect(app.row("Otto Other")).toBeFocused();
  await keyboard.press("j");
  await expect(app.row("Łucja Nowak")).toBeFocused();
  await keyboard.press("k");
  await expect(app.row("Otto Other")).toBeFocused();
  await keyboard.press("Enter");
  await app.shows("Otto Other");

  // R answers, N notes, E closes.
  await keyboard.press("r");
  await expect(app.field).toBeFocused();
  await keyboard.type("Typed by keys alone");
  await keyboard.press("Enter");
  await app.reaches("Typed by keys alone", ...DELIVERED);
  await keyboard.press("Escape");
  await expect(app.message("Typed by keys alone")).toBeFocused();
  await keyboard.press("n");
  await keyboard.type("Asked twice already");
  await keyboard.press("Enter");
  await expect(app.message("Asked twice already")).toBeVisible();
  await keyboard.press("Escape");
  await expect(app.message("Asked twice already")).toBeFocused();
  await keyboard.press("e");
  await expect(app.conversation.getByRole("button", { name: /^Reopen/ })).toBeVisible();

  // The search forgives what a keyboard does not have.
  await keyboard.press("/");
  await keyboard.type("lodz");
  const found = app.list.getByRole("button").filter({ hasText: "Łódź" });
  await expect(found).toBeVisible();
  await keyboard.press("ArrowDown");
  await keyboard.press("Enter");
  await app.shows("Łucja Nowak");
  await keyboard.press("/");
  await keyboard.press("Escape");

  // The palette opens what was found as soon as it is, however fast one types.
  await page.locator("body").press("Control+k");
  const palette = page.getByRole("dialog", { name: "Commands" });
  await expect(palette).toBeVisible();
  await keyboard.type("otto");
  await expect(palette.getByRole("option").first()).toContainText("Otto Other");
  await expect(palette.getByRole("option", { selected: true })).toContainText("Otto Other");
  await keyboard.press("Enter");
  await app.shows("Otto Other");
  await page.locator("body").press("Control+k");
  await keyboard.type("nowak");
  await keyboard.press("Enter");
  await app.shows("Łucja Nowak");

  // It does by name what a key does.
  await page.locator("body").press("Control+k");
  await expect(palette).toBeVisible();
  await keyboard.type("dark");
  await keyboard.press("Enter");
  await expect(palette).toBeHidden();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});

test("whoever answers and closes one after the other keeps their place", async ({ demo, open }) => {
  for (const [index, name] of ["Third Triage", "Second Triage", "First Triage"].entries()) {
    const customer = `+44770090092${index}`;
    await demo.simulator.writes(customer, SUPPORT, "Is anybody there?", name);
    await demo.api.conversation(customer);
    // The provider tells whole seconds: within one the order is not known.
    await demo.later(2);
  }
  const page = await open(demo, "/chats?view=waiting&sort=recent");
  const app = new App(page);
  const { keyboard } = page;
  await expect(app.list.getByRole("link").first()).toContainText("First Triage");
  await keyboard.press("j");
  await keyboard.press("j");
  await expect(app.row("Second Triage")).toBeFocused();
  await keyboard.press("Enter");
  await app.shows("Second Triage");
  await keyboard.press("r");
  await keyboard.type("We are");
  await keyboard.press("Enter");
  await expect(app.row("Second Triage")).toBeHidden();
  await keyboard.press("Escape");
  await keyboard.press("e");
  await expect(app.conversation.getByRole("button", { name: /^Reopen/ })).toBeVisible();
  await keyboard.press("j");
  await expect(app.row("Third Triage")).toBeFocused();
});
