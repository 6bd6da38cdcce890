import { expect, test } from "vitest";
import { HOUR, MINUTE, SECOND } from "./clock";
import { countdown, dash, tickOf } from "./countdown";

const now = Date.parse("2026-03-01T10:00:00Z");
const rule = { total: 24 * HOUR, warnBelow: 2 * HOUR, missed: false };

test.each([
  [24 * HOUR, 1, "good"],
  [12 * HOUR, 0.5, "good"],
  [2 * HOUR, 2 / 24, "good"],
  [2 * HOUR - 1, (2 * HOUR - 1) / (24 * HOUR), "warn"],
  [1, 1 / (24 * HOUR), "warn"],
  [0, 0, "none"],
  [-HOUR, 0, "none"],
  [72 * HOUR, 1, "good"],
])("with %d ms left the fraction is %d and the tone %s", (left, fraction, tone) => {
  expect(countdown(now + left, now, rule)).toEqual({ left: Math.max(0, left), fraction, tone });
});

test("over is bad only when somebody waited", () => {
  expect(countdown(now - 1, now, { ...rule, missed: true }).tone).toBe("bad");
  expect(countdown(null, now, { ...rule, missed: true }).tone).toBe("bad");
  expect(countdown(null, now, rule).tone).toBe("none");
  expect(countdown(now + 1, now, { ...rule, missed: true }).tone).toBe("warn");
});

test("ticks by minutes, by seconds near the end, and hardly when nothing runs", () => {
  expect(tickOf(now + 3 * HOUR, now)).toBe(MINUTE);
  expect(tickOf(now + 12 * MINUTE, now)).toBe(MINUTE);
  expect(tickOf(now + 10 * MINUTE, now)).toBe(SECOND);
  expect(tickOf(now, now)).toBe(HOUR);
  expect(tickOf(null, now)).toBe(HOUR);
});

test.each([
  [0, "0 100"],
  [0.001, "3 97"],
  [0.5, "50 50"],
  [1, "100 0"],
  [7, "100 0"],
])("a fraction of %d is drawn as %s", (fraction, want) => {
  expect(dash(fraction)).toBe(want);
});
