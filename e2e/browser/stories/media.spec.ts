import { fileURLToPath } from "node:url";
import { App, DELIVERED } from "../world/app";
import { SUPPORT } from "../world/parley";
import { expect, test } from "../world/story";

const PHOTO = fileURLToPath(new URL("../../../metasim/samples/photo.jpg", import.meta.url));

test("photos go both ways, and one that is too large is refused before it leaves", async ({
  demo,
  open,
}) => {
  const customer = "+447700900931";
  await demo.simulator.sends(customer, {
    to: SUPPORT,
    type: "image",
    image: { caption: "The broken handle" },
    name: "Phil Photo",
  });
  const { id } = await demo.api.conversation(customer);
  const page = await open(demo, `/chats/${id}`);
  const app = new App(page);

  const photo = app.messages.getByRole("button", { name: "Open image: The broken handle" });
  await expect(photo).toBeVisible();
  const width = () => photo.locator("img").evaluate((img: HTMLImageElement) => img.naturalWidth);
  await expect.poll(width).toBeGreaterThan(0);
  await photo.click();
  const viewer = page.getByRole("dialog");
  await expect(viewer.getByRole("img")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(viewer).toBeHidden();

  const picker = page.waitForEvent("filechooser");
  await app.conversation.getByRole("button", { name: "Attach files" }).click();
  await (await picker).setFiles(PHOTO);
  await expect(app.conversation.getByRole("list", { name: "Files to send" })).toContainText(
    "photo.jpg",
  );
  await app.field.fill("Like this one?");
  await app.field.press("Enter");
  await app.reaches("Like this one?", ...DELIVERED);
  const got = await demo.simulator.messages(customer);
  expect(got.filter(({ type, direction }) => type === "image" && direction === "out")).toHaveLength(
    1,
  );

  const calls: string[] = [];
  page.on("request", (request) => calls.push(request.url()));
  const again = page.waitForEvent("filechooser");
  await app.conversation.getByRole("button", { name: "Attach files" }).click();
  await (await again).setFiles({
    name: "poster.jpg",
    mimeType: "image/jpeg",
    buffer: Buffer.alloc(6 << 20, 1),
  });
  await expect(app.conversation.getByRole("alert")).toContainText("5 MB");
  await expect(app.conversation.getByRole("button", { name: "Send", exact: true })).toBeDisabled();
  expect(calls.filter((url) => url.includes("/files"))).toEqual([]);
});

test("what a customer sends while one looks is shown as soon as it is here", async ({
  demo,
  open,
}) => {
  const customer = "+447700900932";
  await demo.simulator.sends(customer, { to: SUPPORT, text: "Look at this", name: "Vera Voice" });
  const { id } = await demo.api.conversation(customer);
  const app = new App(await open(demo, `/chats/${id}`));
  await expect(app.messages).toContainText("Look at this");

  await demo.simulator.sends(customer, {
    to: SUPPORT,
    type: "image",
    image: { caption: "The broken lid" },
  });
  const photo = app.messages.getByRole("button", { name: "Open image: The broken lid" });
  await expect(photo).toBeVisible();
  const width = () => photo.locator("img").evaluate((img: HTMLImageElement) => img.naturalWidth);
  await expect.poll(width).toBeGreaterThan(0);

  await demo.simulator.sends(customer, { to: SUPPORT, type: "audio", audio: { voice: true } });
  await expect(app.messages.getByRole("button", { name: "Play" })).toBeVisible();
});
