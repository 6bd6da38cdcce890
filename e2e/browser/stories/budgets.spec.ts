import { firstLoad } from "../world/load";
import { OWNER, SUPPORT } from "../world/parley";
import { expect, test } from "../world/story";

test("the first load is small and asks nobody else", async ({ fresh, open }) => {
  await fresh.settle();
  await fresh.simulator.writes("+447700900555", SUPPORT, "Hello", "Ada Byron");
  const page = await open(fresh, "about:blank", { as: OWNER });
  const load = await firstLoad(page, fresh.origin);
  await expect(page.getByRole("link", { name: "Ada Byron" })).toBeVisible();
  test.info().annotations.push({ type: "first load", description: JSON.stringify(load) });
  expect(load.requests, load.paths.join("\n")).toBeLessThanOrEqual(12);
  expect(load.hosts).toEqual([new URL(fresh.origin).host]);
  expect(load.scriptKB).toBeLessThanOrEqual(220);
});
