import { expect, test } from "vitest";
import { hueOf, initials } from "./avatarText";

test.each([
  ["Ada Lovelace", "AL"],
  ["  łucja  ", "Ł"],
  ["Ana Maria de Souza", "AS"],
  ["😀 Bo", "B"],
  ["+421 903 123 456", "56"],
  ["", "·"],
])("%s is %s", (name, want) => {
  expect(initials(name)).toBe(want);
});

test("the colour depends on the text alone", () => {
  expect(hueOf("m1")).toBe(hueOf("m1"));
  const hues = new Set(Array.from({ length: 100 }, (_, index) => hueOf(`member ${index}`)));
  expect(hues.size).toBe(8);
});
