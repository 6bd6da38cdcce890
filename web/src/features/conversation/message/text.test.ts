import { expect, test } from "vitest";
import { fold, isOnlyEmoji, linkParts, safeURL } from "./text";

const links = (text: string) =>
  linkParts(text).flatMap((part) => (part.kind === "link" ? [[part.text, part.href]] : []));

test.each<[string, string[][]]>([
  ["see https://example.com/a?b=1.", [["https://example.com/a?b=1", "https://example.com/a?b=1"]]],
  [
    "(https://en.wikipedia.org/wiki/Oar_(sport))",
    [["https://en.wikipedia.org/wiki/Oar_(sport)", "https://en.wikipedia.org/wiki/Oar_(sport)"]],
  ],
  ["www.parley.test, please", [["www.parley.test", "https://www.parley.test/"]]],
  ["write to ana.horvat@primjer.hr!", [["ana.horvat@primjer.hr", "mailto:ana.horvat@primjer.hr"]]],
  ["javascript:alert(1) data:text/html,x", []],
  ["e.g.so and file:///etc/passwd", []],
  ["no links", []],
])("links in %j", (text, want) => {
  expect(links(text)).toEqual(want);
  expect(
    linkParts(text)
      .map((part) => part.text)
      .join(""),
  ).toBe(text);
});

test.each([
  ["https://example.com", "https://example.com/"],
  ["javascript:alert(1)", null],
  ["JaVaScRiPt:alert(1)", null],
  ["data:text/html,x", null],
  ["not an address", null],
])("%j may be followed as %j", (text, want) => {
  expect(safeURL(text)).toBe(want);
});

test.each([
  ["👍", true],
  ["👨‍👩‍👧‍👦 ❤️", true],
  ["🇸🇰🇧🇷", true],
  ["👍🏽👍🏽", true],
  ["😀😀😀😀😀😀😀", false],
  ["ok 👍", false],
  ["12", false],
  ["", false],
  ["   ", false],
])("%j is nothing but emojis: %j", (text, want) => {
  expect(isOnlyEmoji(text)).toBe(want);
});

test("a long text is cut between words, a short one not at all", () => {
  expect(fold("short")).toBeNull();
  expect(fold("word ".repeat(200))).toBeNull();
  const head = fold("word ".repeat(400));
  expect(head?.length).toBeLessThanOrEqual(900);
  expect(head?.endsWith("word")).toBe(true);
});

test("many lines are cut too, and an endless word does not lose half a sign", () => {
  expect(fold("line\n".repeat(40))?.split("\n").length).toBe(14);
  expect(fold("line\n".repeat(15))).toBeNull();
  const head = fold(`x${"😀".repeat(2000)}`) ?? "";
  expect(encodeURIComponent(head)).not.toBe("");
});
