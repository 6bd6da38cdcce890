import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createTurns, type Wire } from "./turns";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Tabs whose channel delivers at once to all others. */
function tabs(waits: number[]) {
  const wires: Wire[] = [];
  return waits.map((wait) => {
    const wire: Wire = {
      onmessage: null,
      close: () => {},
      postMessage: (data) => {
        for (const other of wires) if (other !== wire) other.onmessage?.({ data });
      },
    };
    wires.push(wire);
    return createTurns(wire, () => wait);
  });
}

async function spoke(claims: (Promise<boolean> | undefined)[]): Promise<(boolean | undefined)[]> {
  await vi.runAllTimersAsync();
  return Promise.all(claims);
}

test("of several tabs in the background only one speaks", async () => {
  const [a, b, c] = tabs([0.9, 0.2, 0.5]);
  const claims = [a, b, c].map((tab) => tab?.claim("m1", false));
  expect(await spoke(claims)).toEqual([false, true, false]);
});

test("the tab that is looked at speaks, whoever is quicker", async () => {
  const [a, b] = tabs([0, 0]);
  const claims = [a?.claim("m1", false), b?.claim("m1", true)];
  expect(await spoke(claims)).toEqual([false, true]);
});

test("what was seen in one tab is not told in another", async () => {
  const [a, b] = tabs([0, 0]);
  const claim = b?.claim("m1", false);
  a?.silence("m1");
  expect(await spoke([claim])).toEqual([false]);
});

test("each message has its own turn, and is spoken of once", async () => {
  const [a] = tabs([0]);
  expect(await spoke([a?.claim("m1", false), a?.claim("m2", false)])).toEqual([true, true]);
  expect(await spoke([a?.claim("m1", true)])).toEqual([false]);
});
