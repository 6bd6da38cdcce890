import { App, DELIVERED } from "../world/app";
import { SUPPORT } from "../world/parley";
import { expect, test } from "../world/story";

test("a message that failed says why, and goes through when it is sent again", async ({
  demo,
  open,
}) => {
  const customer = "+447700900902";
  await demo.simulator.writes(customer, SUPPORT, "Did my parcel leave?", "Fiona Fault");
  const { id } = await demo.api.conversation(customer);
  const app = new App(await open(demo, `/chats/${id}`));
  await demo.simulator.fault({ kind: "error_131026", customer, count: 1 });

  await app.reply("It left this morning");
  await app.reaches("It left this morning", "Not sent");
  const reason = app.messages.getByTitle("131026", { exact: true });
  await expect(reason).toBeVisible();
  expect(await reason.textContent()).toMatch(/WhatsApp/);

  await app.messages.getByRole("button", { name: "Retry" }).click();
  await app.reaches("It left this morning", ...DELIVERED);
  await expect(reason).toBeHidden();
  const got = (await demo.simulator.messages(customer)).filter(
    ({ text, status }) => text === "It left this morning" && status !== "failed",
  );
  expect(got).toHaveLength(1);
});

test("when the server dies, nothing that was written is lost or doubled", async ({
  demo,
  open,
  watch,
}) => {
  watch.allow(
    /ERR_CONNECTION_REFUSED|WebSocket connection|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|ERR_INCOMPLETE_CHUNKED/,
  );
  const customer = "+447700900903";
  await demo.simulator.writes(customer, SUPPORT, "Are you there?", "Rosa Reconnect");
  const { id } = await demo.api.conversation(customer);
  const page = await open(demo, `/chats/${id}`);
  const app = new App(page);
  await app.reply("Before the power cut");
  await app.reaches("Before the power cut", ...DELIVERED);

  await demo.kill();
  await expect(page.getByText("No connection to the server")).toBeVisible();
  await app.reply("During the power cut");
  await demo.restart();
  await expect(page.getByText("No connection to the server")).toBeHidden();
  const retry = app.messages.getByRole("button", { name: "Retry" });
  await retry.click();
  await app.reaches(
    "During the power cut",
    "Sent",
    ...DELIVERED,
    "Handed over",
    "Waiting to be sent",
    "Sending",
  );

  // The simulator has forgotten its customers with the process; the desk has not.
  await demo.simulator.writes(customer, SUPPORT, "After the power cut");
  await expect(app.message("After the power cut")).toBeVisible();
  const told = (await demo.api.messages(id))
    .map(({ text }) => text)
    .filter((text) => /power cut/.test(text));
  expect(told.sort()).toEqual([
    "After the power cut",
    "Before the power cut",
    "During the power cut",
  ]);
  for (const text of told) await expect(app.message(text)).toHaveCount(1);
});
