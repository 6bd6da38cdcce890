import { useEffect, useState } from "react";
import type { Conversation } from "@/api/types";
import { createNewsFilter, saidByCustomer } from "@/app/alert";
import { onChange } from "@/realtime/live";
import { clock } from "@/ui/clock";
import { type Arrival, arrived, updated } from "./arrivals";

const LIT = 2500;

/** What customers have written since the list is shown, and which of it is so new that its row lights up. */
export function useArrivals() {
  const [arrivals, setArrivals] = useState<readonly Arrival[]>([]);
  const [lit, setLit] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    const isNews = createNewsFilter();
    const timers = new Set<ReturnType<typeof setTimeout>>();
    /** A message and its conversation are told of one after the other, in no fixed order. */
    const known = new Map<string, Conversation>();
    const light = (id: string, on: boolean) =>
      setLit((before) => {
        const after = new Set(before);
        if (on) after.add(id);
        else after.delete(id);
        return after;
      });
    const stop = onChange((change) => {
      if (change.kind === "conversation") {
        known.set(change.value.id, change.value);
        setArrivals((before) => updated(before, change.value));
      } else if (
        change.kind === "message" &&
        saidByCustomer(change.value) &&
        isNews(change.value, clock.now())
      ) {
        const id = change.conversation_id;
        setArrivals((before) => arrived(before, id, known.get(id)));
        light(id, true);
        const timer = setTimeout(() => {
          timers.delete(timer);
          light(id, false);
        }, LIT);
        timers.add(timer);
      }
    });
    return () => {
      stop();
      for (const timer of timers) clearTimeout(timer);
    };
  }, []);
  return { arrivals, setArrivals, lit };
}
