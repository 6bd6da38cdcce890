import { expect, test } from "vitest";
import { excerpt, fold, matches, segments } from "./fold";

const marked = (text: string, query: string) =>
  segments(text, query)
    .map(({ text: piece, hit }) => (hit ? `[${piece}]` : piece))
    .join("");

test.each([
  ["Łódź", "lodz"],
  ["Kováčová", "kovacova"],
  ["STRAẞE", "strasse"],
  ["Đorđe", "dorde"],
  ["São João", "sao joao"],
  ["Петров", "петров"],
  ["İstanbul", "istanbul"],
])("%s folds to %s", (text, want) => {
  expect(fold(text)).toBe(want);
  expect(fold(want)).toBe(want);
});

test.each([
  ["Martina Kováčová", "kovac", "Martina [Kováč]ová"],
  ["The strap of the strapless tent", "strap", "The [strap] of the [strap]less tent"],
  ["contents of the tent", "tent", "contents of the [tent]"],
  ["tent and rope", "rope tent", "[tent] and [rope]"],
  ["Große Straße", "strass", "Große [Straß]e"],
  ["+421 905 123 456", "5123", "+421 90[5] [123] 456"],
  ["+421905123456", "0905 123", "+421[905123]456"],
  ["nothing here", "tent", "nothing here"],
  ["any", "", "any"],
  ["a (b) [c] *", "*", "a (b) [c] *"],
])("%s, looking for %s", (text, query, want) => {
  expect(marked(text, query)).toBe(want);
});

test("each word of the query must begin a word", () => {
  expect(matches("Prejsť na konverzácie", "konv prej")).toBe(true);
  expect(matches("Prejsť na konverzácie", "verz")).toBe(false);
  expect(matches("anything", "")).toBe(true);
});

test("an excerpt begins shortly before the first hit", () => {
  const long = `${"word ".repeat(40)}the strap came off\non the first walk ${"word ".repeat(80)}`;
  const text = excerpt(long, "strap");
  expect(text).toMatch(/^…(word ){1,6}the strap came off on the first walk/);
  expect([...text].length).toBeLessThanOrEqual(242);
  expect(excerpt("short strap", "strap")).toBe("short strap");
  expect(excerpt("no hit at all", "strap")).toBe("no hit at all");
});
