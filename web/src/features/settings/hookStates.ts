import type { HookState } from "@/api/types";

/** The fates by which the ledger can be filtered; what wants somebody's eye first. */
export const HOOK_STATES = [
  "failed",
  "ignored",
  "pending",
  "applied",
  "duplicate",
] as const satisfies readonly HookState[];
