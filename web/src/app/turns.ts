/**
 * Several tabs hear of the same message, and only one may ring. The one that is looked at speaks
 * first; of the others, whose waiting differs, the first silences the rest.
 */
export type Turns = {
  /** Resolves to whether this tab may speak about it. */
  claim: (id: string, focused: boolean) => Promise<boolean>;
  /** It was seen here: nobody needs to speak about it. */
  silence: (id: string) => void;
  stop: () => void;
};

/** The part of BroadcastChannel that is used. */
export type Wire = {
  postMessage: (id: string) => void;
  onmessage: ((event: { data: unknown }) => void) | null;
  close: () => void;
};

const KEEP = 200;
const LOOKED_AT_FIRST = 120;
const SPREAD = 250;

export function createTurns(wire: Wire, random: () => number = Math.random): Turns {
  const spoken = new Set<string>();
  const note = (id: string) => {
    spoken.add(id);
    const oldest = spoken.values().next().value;
    if (spoken.size > KEEP && oldest !== undefined) spoken.delete(oldest);
  };
  const say = (id: string) => {
    note(id);
    wire.postMessage(id);
  };
  wire.onmessage = ({ data }) => {
    if (typeof data === "string") note(data);
  };
  return {
    async claim(id, focused) {
      if (!focused) {
        await new Promise((done) => setTimeout(done, LOOKED_AT_FIRST + random() * SPREAD));
      }
      if (spoken.has(id)) return false;
      say(id);
      return true;
    },
    silence: say,
    stop: () => wire.close(),
  };
}
