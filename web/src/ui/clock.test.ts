import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createClock } from "./clock";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-03-01T10:00:00.250Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

test("follows the server's time, not the machine's", () => {
  const clock = createClock();
  clock.set("2026-03-01T12:00:00Z");
  vi.advanceTimersByTime(1500);
  expect(new Date(clock.now()).toISOString()).toBe("2026-03-01T12:00:01.500Z");
});

test("ticks at whole seconds, once for all watchers, and stops with the last", () => {
  const clock = createClock();
  const seen: number[] = [];
  const stopA = clock.onTick(1000, () => seen.push(clock.now() % 1000));
  const stopB = clock.onTick(1000, () => {});
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(2000);
  expect(seen).toEqual([0, 0]);
  stopA();
  stopB();
  expect(vi.getTimerCount()).toBe(0);
});

test("a new server time reaches the watchers at once", () => {
  const clock = createClock();
  const call = vi.fn();
  const stop = clock.onTick(60_000, call);
  clock.set("2026-03-02T09:00:00Z");
  expect(call).toHaveBeenCalledTimes(1);
  stop();
});

test("a time that cannot be read changes nothing", () => {
  const clock = createClock();
  const before = clock.now();
  clock.set("soon");
  expect(clock.now()).toBe(before);
});
