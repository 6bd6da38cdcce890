import { expect, test } from "vitest";
import { standing } from "./standing";

const fine = {
  state: "ok" as const,
  test_text: null,
  tested_at: "2026-11-22T12:00:00Z",
  refused_hooks: 0,
};

test("an account looks connected only after a test that found no fault", () => {
  expect(standing(fine)).toBe("good");
  expect(standing({ ...fine, tested_at: null })).toBe("untested");
  expect(standing({ ...fine, test_text: "The token is wrong." })).toBe("bad");
});

test("what stopped, or refused what came in, shows whatever was tested", () => {
  expect(standing({ ...fine, state: "reconnect" })).toBe("bad");
  expect(standing({ ...fine, refused_hooks: 1 })).toBe("bad");
  expect(standing({ ...fine, tested_at: null, refused_hooks: 1 })).toBe("bad");
});
