import { expect, test } from "vitest";
import { randomText } from "./random";

test("has the length that was asked for, and nothing that one confuses", () => {
  for (const length of [1, 16, 32])
    expect(randomText(length)).toMatch(new RegExp(`^[a-zA-Z2-9]{${length}}$`));
  expect(randomText(2000)).not.toMatch(/[01OIl]/);
  expect(randomText(32)).not.toBe(randomText(32));
});
