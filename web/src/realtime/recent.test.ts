import { QueryClient } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { counterKeys } from "@/api/counters";
import type { Counters } from "@/api/types";
import { applyChange } from "./applyChange";
import { replayRecent } from "./recent";
import type { Change } from "./wire";

function counters(version: number): Counters {
  return {
    mine: 0,
    mine_unread: 0,
    open: 0,
    unassigned: 0,
    unassigned_unread: 0,
    waiting: 0,
    waiting_mine: 0,
    version,
  };
}

test("a change that comes while the first answer is on its way is not lost", async () => {
  const cache = new QueryClient();
  const recent = replayRecent(cache);
  let answer: (value: Counters) => void = () => {};
  const asked = cache.fetchQuery({
    queryKey: counterKeys.all,
    queryFn: () => new Promise<Counters>((resolve) => (answer = resolve)),
  });
  const change: Change = { kind: "counters", value: counters(7) };
  applyChange(cache, change);
  recent.note(change);
  answer(counters(6));
  await asked;
  expect(cache.getQueryData<Counters>(counterKeys.all)?.version).toBe(7);
  recent.stop();
});
