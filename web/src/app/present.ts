import type { Member, PresenceState } from "@/api/types";

export type Colleague = { id: string; name: string; state: "online" | "away" };

/** The colleagues who are here, those who are at their desk first, then by name. */
export function present(
  members: readonly Member[],
  states: Readonly<Record<string, PresenceState>>,
  me: string,
): Colleague[] {
  return members
    .flatMap(({ id, name, removed }): Colleague[] => {
      const state = states[id] ?? "offline";
      return id === me || removed || state === "offline" ? [] : [{ id, name, state }];
    })
    .sort((a, b) =>
      a.state === b.state ? a.name.localeCompare(b.name) : a.state === "online" ? -1 : 1,
    );
}
