import { App, DELIVERED } from "../world/app";
import { SUPPORT } from "../world/parley";
import { expect, test } from "../world/story";

test("the window counts down, locks the composer when it closes, and opens when the customer writes", async ({
  demo,
  open,
}) => {
  const customer = "+447700900901";
  await demo.simulator.writes(customer, SUPPORT, "Is the shop open on Sunday?", "Wanda Window");
  const { id } = await demo.api.conversation(customer);
  const page = await open(demo, `/chats/${id}`);
  const app = new App(page);
  const left = app.conversation.getByRole("img", { name: /^Closes in (23|24) hours/ });
  await expect(left.first()).toBeVisible();

  await app.field.fill("We are, from ten to");
  await page.getByRole("button", { name: "To 2 minutes before closing" }).click();
  await expect(
    app.conversation.getByRole("img", { name: /^Closes in [12] minute/ }).first(),
  ).toBeVisible();
  await expect(app.field).toHaveValue("We are, from ten to");

  await page.getByRole("button", { name: "+1 h" }).click();
  await expect(app.field).toBeHidden();
  await expect(app.conversation.getByText("The 24 hours for answering are over")).toBeVisible();
  await expect(app.conversation.getByText("We are, from ten to")).toBeVisible();

  // N still takes notes, from the first letter on; R says why it does nothing.
  await page.locator("body").press("r");
  await expect(
    page.getByRole("dialog").getByText("The 24 hours for answering are over"),
  ).toBeVisible();
  await page.locator("body").press("n");
  await page.keyboard.type("eager");
  const note = app.conversation.getByRole("textbox", { name: "Write a note" });
  await expect(note).toHaveValue("eager");
  await note.fill("");
  await note.press("Escape");

  await demo.simulator.writes(customer, SUPPORT, "Hello?");
  await expect(app.message("Hello?")).toBeVisible();
  await expect(app.field).toHaveValue("We are, from ten to");
  await app.field.fill("We are, from ten to four");
  await app.field.press("Enter");
  await app.reaches("We are, from ten to four", ...DELIVERED);
});
