import { segments } from "./fold";

/** A text in which what was looked for is marked. */
export function Highlight({ text, query }: { text: string; query: string }) {
  let at = 0;
  return segments(text, query).map((piece) => {
    const key = at;
    at += piece.text.length;
    return piece.hit ? (
      <mark key={key} className="rounded-4 bg-note font-semibold text-ink">
        {piece.text}
      </mark>
    ) : (
      piece.text
    );
  });
}
