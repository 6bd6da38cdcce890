import { useEffect, useState } from "react";
import { draftTexts, onDraft } from "./drafts";

/** What a member has begun to write, by conversation; also in another tab. */
export function useDrafts(memberId: string): ReadonlyMap<string, string> {
  const [texts, setTexts] = useState(() => draftTexts(localStorage, memberId));
  useEffect(() => {
    const read = () =>
      setTexts((before) => {
        const now = draftTexts(localStorage, memberId);
        return same(before, now) ? before : now;
      });
    read();
    window.addEventListener("storage", read);
    const stop = onDraft(read);
    return () => {
      window.removeEventListener("storage", read);
      stop();
    };
  }, [memberId]);
  return texts;
}

function same(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([id, text]) => b.get(id) === text);
}
