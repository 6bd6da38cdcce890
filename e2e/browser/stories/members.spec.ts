import type { Channel, Member } from "../world/api";
import { App } from "../world/app";
import { AGENT, OWNER, SALES, SUPPORT } from "../world/parley";
import { expect, test } from "../world/story";

// Wide enough for views, list, conversation and phone beside each other.
const viewport = { width: 1920, height: 1000 };

test("two members see who works on what, as it happens", async ({ demo, open }) => {
  const customer = "+447700900921";
  await demo.simulator.writes(customer, SUPPORT, "Anybody there?", "Paula Pair");
  const { id } = await demo.api.conversation(customer);
  const owner = new App(
    await open(demo, `/chats/${id}?view=unassigned&sort=recent`, { as: OWNER, viewport }),
  );
  const agent = new App(
    await open(demo, "/chats?view=unassigned&sort=recent", { as: AGENT, viewport }),
  );
  await expect(agent.row("Paula Pair")).toBeVisible();
  const api = await demo.api.as(AGENT.email, AGENT.password);
  const { mine } = await api.get<{ mine: number }>("/api/v1/counters");

  await agent.open("Paula Pair");
  await expect(
    owner.conversation.getByRole("img", { name: "Martina Kováčová is looking at this too" }),
  ).toBeVisible();
  await agent.field.pressSequentially("I am wri");
  await expect(owner.conversation.getByText(/Martina.* is answering/)).toBeVisible();

  await agent.conversation.getByRole("button", { name: "Agent: Unassigned" }).click();
  await agent.page.getByRole("menuitemradio", { name: "Martina Kováčová (you)" }).click();
  await expect(owner.row("Paula Pair")).toBeHidden();
  await expect(agent.row("Paula Pair")).toBeHidden();
  await expect(agent.view("Mine")).toHaveAccessibleName(`Mine ${mine + 1} conversations`);
  await agent.view("Mine").click();
  await expect(agent.row("Paula Pair")).toBeVisible();
});

test("an agent sees nothing of a channel that belongs to another team", async ({
  demo,
  open,
  watch,
}) => {
  watch.allow(/\b404\b.* \/api\/v1\/conversations\//);
  const members = (await demo.api.get<{ items: Member[] }>("/api/v1/members")).items;
  const channels = (await demo.api.get<{ items: Channel[] }>("/api/v1/channels")).items;
  const emma = members.find(({ name }) => name === "Emma Clarke");
  const sales = channels.find(({ address }) => address === SALES);
  await demo.simulator.writes("+447700900922", SALES, "A secret order", "Sid Sales");
  await demo.simulator.writes("+447700900923", SUPPORT, "A question", "Sue Support");
  await demo.api.conversation("+447700900923");
  const app = new App(await open(demo, "/chats?view=all&sort=recent", { as: AGENT }));
  await expect(app.row("Sid Sales")).toBeVisible();

  await demo.api.post("/api/v1/teams", {
    name: "Sales",
    member_ids: [emma?.id],
    channel_ids: [sales?.id],
  });
  await app.page.reload();
  await expect(app.row("Sue Support")).toBeVisible();
  await expect(app.row("Sid Sales")).toBeHidden();
  await demo.simulator.writes("+447700900922", SALES, "Another secret order");
  await demo.simulator.writes("+447700900923", SUPPORT, "Another question");
  await expect(app.row("Another question")).toBeVisible();
  await expect(app.row("Another secret order")).toBeHidden();

  await app.list.getByRole("searchbox").fill("secret");
  await expect(app.page.getByText("A secret order")).toBeHidden();
  const { id } = await demo.api.conversation("+447700900922");
  await app.page.goto(`/chats/${id}`);
  await expect(app.page.getByText("This conversation is not here")).toBeVisible();
});
