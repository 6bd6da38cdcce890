import { type Action, isVisible } from "./action";
import { type KeyPress, sequenceMatches, worksWhileWriting } from "./shortcut";

const SEQUENCE = 1000;

/** The actions that exist now. Screens add theirs while they are shown. */
export type Registry = {
  add: (actions: readonly Action[]) => () => void;
  /** In order of registration; of those with one id only the last. */
  all: () => readonly Action[];
  visible: () => readonly Action[];
  subscribe: (call: () => void) => () => void;
  /** Takes a key press; returns whether an action used it. A sequence must be finished within a second. */
  press: (press: KeyPress, writing: boolean) => boolean;
};

export function createRegistry(now: () => number = Date.now): Registry {
  const sets = new Set<readonly Action[]>();
  const calls = new Set<() => void>();
  let current: readonly Action[] = [];
  let pending: { presses: KeyPress[]; at: number } = { presses: [], at: 0 };

  function changed() {
    const byId = new Map<string, Action>();
    for (const actions of sets) for (const action of actions) byId.set(action.id, action);
    current = [...byId.values()];
    for (const call of [...calls]) call();
  }

  const visible = () => current.filter(isVisible);

  return {
    add(actions) {
      // A copy, so that the same array may be added twice.
      const set = [...actions];
      sets.add(set);
      changed();
      return () => {
        sets.delete(set);
        changed();
      };
    },
    all: () => current,
    visible,
    subscribe(call) {
      calls.add(call);
      return () => {
        calls.delete(call);
      };
    },
    press(press, writing) {
      const at = now();
      const earlier = at - pending.at <= SEQUENCE ? pending.presses : [];
      pending = { presses: [], at };
      const candidates = visible().filter(
        ({ shortcut }) => shortcut !== undefined && (!writing || worksWhileWriting(shortcut)),
      );
      // The newest screen's keys win over the ones below it.
      candidates.reverse();
      for (const presses of earlier.length > 0 ? [[...earlier, press], [press]] : [[press]]) {
        let begun = false;
        for (const action of candidates) {
          const match = sequenceMatches(action.shortcut ?? "", presses);
          if (match === "done") {
            action.perform();
            return true;
          }
          if (match === "begun") begun = true;
        }
        if (begun) {
          pending = { presses, at };
          return true;
        }
      }
      return false;
    },
  };
}

export const registry = createRegistry();
