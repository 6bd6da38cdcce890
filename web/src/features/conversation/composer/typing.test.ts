import { expect, test } from "vitest";
import { createTypist } from "./typing";

test("the customer is told at most every 20 s, colleagues every 3 s", () => {
  let time = 0;
  const told = { colleagues: 0, customer: 0 };
  const types = createTypist(
    "c1",
    {
      colleagues: () => void told.colleagues++,
      customer: async () => void told.customer++,
    },
    () => time,
  );
  for (; time < 41_000; time += 500) types(true);
  expect(told).toEqual({ colleagues: 14, customer: 3 });
});

test("of what the customer may not see only colleagues hear", () => {
  const told: string[] = [];
  const types = createTypist("c1", {
    colleagues: (id) => void told.push(id),
    customer: () => Promise.reject(new Error("not to be called")),
  });
  types(false);
  expect(told).toEqual(["c1"]);
});
