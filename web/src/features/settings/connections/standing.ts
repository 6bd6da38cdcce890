import type { Connection } from "@/api/types";

/** What is known of an account: a fault weighs more than a test that nobody made. */
export function standing({
  state,
  test_text,
  tested_at,
  refused_hooks,
}: Pick<Connection, "state" | "test_text" | "tested_at" | "refused_hooks">):
  | "bad"
  | "untested"
  | "good" {
  if (state !== "ok" || test_text || refused_hooks > 0) return "bad";
  return tested_at ? "good" : "untested";
}
