import { expect, test } from "vitest";
import { parseSearch, stringifySearch } from "./address";

test.each([
  [{ view: "all", message: "35" }, "?view=all&message=35"],
  [{ q: "true" }, "?q=true"],
  [{ q: '"a" & b=č +1' }, "?q=%22a%22+%26+b%3D%C4%8D+%2B1"],
  [{}, ""],
])("%o is %s, and back", (search, text) => {
  expect(stringifySearch(search)).toBe(text);
  expect(parseSearch(text)).toEqual(search);
});

test("what is not there leaves nothing behind", () => {
  expect(stringifySearch({ q: undefined, test: true })).toBe("?test=true");
});
