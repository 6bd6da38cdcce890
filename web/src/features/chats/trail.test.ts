import { expect, test } from "vitest";
import { neighbour } from "./trail";

const order = ["a", "b", "c", "d", "e"];

test.each<[string, string[], 1 | -1, string | null]>([
  ["the next one has its place", ["a", "b", "d", "e"], 1, "d"],
  ["the one before it", ["a", "b", "d", "e"], -1, "b"],
  ["the next one left too", ["a", "b", "e"], 1, "e"],
  ["it was the last", ["a", "b"], 1, "b"],
  ["it was the first", ["d", "e"], -1, "d"],
  ["one that is new stands above all", ["new", "a", "b", "d", "e"], 1, "d"],
  ["the others moved", ["e", "b", "d", "a"], 1, "d"],
  ["it is still there", ["c", "d"], 1, null],
  ["nothing is left", [], 1, null],
  ["only new ones", ["new"], 1, null],
])("%s", (_name, rows, by, want) => {
  expect(neighbour({ id: "c", order }, rows, by)).toBe(want);
});
