import { expect, test } from "vitest";
import { phoneAddress } from "./phoneAddress";

const line = { customer: "+421900000001", number: "+421 2 000" };

test.each([
  [null, false, "/sim/"],
  [null, true, "/sim/?embed=1"],
  [line, true, "/sim/?embed=1&customer=%2B421900000001&number=%2B421+2+000"],
  [line, false, "/sim/?customer=%2B421900000001&number=%2B421+2+000"],
] as const)("%o, embedded %s: %s", (whom, embed, want) => {
  expect(phoneAddress("/sim/", whom, embed)).toBe(want);
});
