import { expect, test } from "vitest";
import { readable } from "./readable";

test("JSON is spread over lines, anything else is left alone", () => {
  expect(readable('{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}');
  expect(readable('{"id":12345678901234567890}')).toBe('{"id":12345678901234567890}');
  expect(readable('{"a":')).toBe('{"a":');
});
