import type { Counters, Settings } from "@/api/types";

/** How many conversations have something new for me, and whose they are. */
export type News = { count: number; of: "mine" | "mine_and_unassigned" };

/** What tab title and rail count: the conversations of which I want to be told; always my own. */
export function newsOf(counters: Counters | undefined, { notify }: Pick<Settings, "notify">): News {
  const mine = counters?.mine_unread ?? 0;
  if (notify !== "mine_and_unassigned") return { count: mine, of: "mine" };
  return { count: mine + (counters?.unassigned_unread ?? 0), of: "mine_and_unassigned" };
}
