import { App } from "../world/app";
import { OWNER, SUPPORT } from "../world/parley";
import { expect, test } from "../world/story";

test("a session that is ended elsewhere leads to the sign-in page at once, and the draft stays", async ({
  demo,
  open,
}) => {
  const customer = "+447700900941";
  await demo.simulator.writes(customer, SUPPORT, "Is it in stock?", "Sara Session");
  const { id } = await demo.api.conversation(customer);
  const page = await open(demo, `/chats/${id}`, { as: OWNER });
  const app = new App(page);
  await expect(app.messages).toContainText("Is it in stock?");
  await app.field.fill("It is, in blue");
  const other = await page.context().newPage();
  await other.goto("/settings/sessions");
  await expect(other.getByRole("heading", { name: "Sessions" })).toBeVisible();

  const { items } = await demo.api.get<{ items: { id: string; current: boolean }[] }>(
    "/api/v1/sessions",
  );
  for (const { id, current } of items) {
    if (!current) await demo.api.call("DELETE", `/api/v1/sessions/${id}`);
  }
  for (const tab of [page, other]) {
    await expect(tab.getByText("You were signed out.")).toBeVisible();
    await expect(tab).toHaveURL(/\/sign-in/);
  }
  await expect(page.getByText("Is it in stock?")).toHaveCount(0);

  await page.getByLabel("E-mail").fill(OWNER.email);
  await page.getByLabel("Password", { exact: true }).fill(OWNER.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(app.field).toHaveValue("It is, in blue");
});
