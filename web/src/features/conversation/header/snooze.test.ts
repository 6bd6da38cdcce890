import { expect, test } from "vitest";
import { fromLocalInput, snoozePresets, toLocalInput } from "./snooze";

const local = (day: number, hour: number) => new Date(2026, 2, day, hour).getTime();
const names = (now: number) => snoozePresets(now).map(({ name }) => name);

// 2 March 2026 is a Monday.
test("offers an hour, this evening, tomorrow and Monday", () => {
  expect(snoozePresets(local(3, 10))).toEqual([
    { name: "hour", at: local(3, 11) },
    { name: "evening", at: local(3, 18) },
    { name: "tomorrow", at: local(4, 9) },
    { name: "monday", at: local(9, 9) },
  ]);
});

test("leaves out an evening that has nearly come, and a Monday that is tomorrow", () => {
  expect(names(local(3, 17))).toEqual(["hour", "tomorrow", "monday"]);
  expect(names(local(8, 10))).toEqual(["hour", "evening", "tomorrow"]);
});

test("on a Monday the next one is meant", () => {
  expect(snoozePresets(local(2, 8)).at(-1)).toEqual({ name: "monday", at: local(9, 9) });
});

test("a moment survives the way through a form's field", () => {
  expect(fromLocalInput(toLocalInput(local(3, 10)))).toBe(local(3, 10));
  expect(fromLocalInput("")).toBeNull();
});
