/** A text as WhatsApp formats it: `*bold*`, `_italic_`, `~strike~`, `` `code` `` and ```` ```code``` ````. */
export type Markup =
  | { kind: "text"; text: string }
  | { kind: "code"; mark: "`" | "```"; text: string }
  | { kind: "bold" | "italic" | "strike"; parts: Markup[] };

const KINDS = { "*": "bold", _: "italic", "~": "strike" } as const;
type Mark = keyof typeof KINDS;
export const MARKS = { bold: "*", italic: "_", strike: "~" } as const;

// Signs in an address are the address's own, but for those that end it.
const ADDRESS = /\b(?:https?:\/\/|www\.)\S*[^\s*_~`.,:;!?)\]}'"]/giu;

/** Reads the marks of a text. A mark without its pair, or inside a word or an address, is a sign as any other. */
export function parseMarkup(text: string): Markup[] {
  // Where an address that begins here ends.
  const skips = new Map<number, number>();
  for (const { 0: found, index } of text.matchAll(ADDRESS)) skips.set(index, index + found.length);
  return parse(text, 0, text.length, skips);
}

/** The words without their marks, for a line that shows no formatting. */
export function plainText(text: string): string {
  return unmarked(parseMarkup(text));
}

function unmarked(parts: readonly Markup[]): string {
  return parts.map((part) => ("text" in part ? part.text : unmarked(part.parts))).join("");
}

function parse(text: string, from: number, to: number, skips: ReadonlyMap<number, number>) {
  const parts: Markup[] = [];
  // Up to where it is known that a mark has no pair, so that many of them are not looked for again and again.
  const alone = new Map<string, number>();
  let plain = from;
  let at = from;
  const add = (part: Markup, end: number) => {
    if (plain < at) parts.push({ kind: "text", text: text.slice(plain, at) });
    parts.push(part);
    plain = at = end;
  };
  while (at < to) {
    const skip = skips.get(at);
    if (skip !== undefined) {
      at = Math.min(skip, to);
      continue;
    }
    const mark = text.startsWith("```", at) ? "```" : (text[at] ?? "");
    if (!(mark in KINDS || mark.startsWith("`")) || !opens(text, at, mark, from)) {
      at += mark === "```" ? 3 : 1;
      continue;
    }
    const end = at >= (alone.get(mark) ?? 0) ? pairOf(text, at, mark, to, skips) : -1;
    if (end === -1) {
      if (at >= (alone.get(mark) ?? 0)) alone.set(mark, searchedTo(text, at, mark, to));
      at += mark.length;
    } else if (mark === "`" || mark === "```") {
      add({ kind: "code", mark, text: text.slice(at + mark.length, end) }, end + mark.length);
    } else {
      add({ kind: KINDS[mark as Mark], parts: parse(text, at + 1, end, skips) }, end + 1);
    }
  }
  if (plain < to) parts.push({ kind: "text", text: text.slice(plain, to) });
  return parts;
}

/** Before a mark that opens is no word, and after it no space. */
function opens(text: string, at: number, mark: string, from: number): boolean {
  const after = text[at + mark.length] ?? "";
  if (mark === "```") return after !== "";
  return (
    after.trim() !== "" &&
    after !== mark &&
    (at === from || /[\s([{"'“„«¿¡>-]/u.test(text[at - 1] ?? ""))
  );
}

/** Only code in three marks goes over more than one line. */
function searchedTo(text: string, at: number, mark: string, to: number): number {
  const line = mark === "```" ? -1 : text.indexOf("\n", at);
  return line === -1 ? to : Math.min(line, to);
}

/** Where the mark that closes stands: after something that is no space, and before what is no word. -1: nowhere. */
function pairOf(
  text: string,
  open: number,
  mark: string,
  to: number,
  skips: ReadonlyMap<number, number>,
): number {
  const end = searchedTo(text, open, mark, to);
  const first = open + mark.length;
  if (mark.startsWith("`")) {
    const found = text.indexOf(mark, first);
    const inside = found > first && found + mark.length <= end;
    return inside && text.slice(first, found).trim() !== "" ? found : -1;
  }
  for (let at = first; at < end; at++) {
    const skip = skips.get(at);
    if (skip !== undefined) {
      at = skip - 1;
    } else if (
      text[at] === mark &&
      at > first &&
      (text[at - 1] ?? "").trim() !== "" &&
      (at + 1 >= text.length ||
        !/[\p{L}\p{N}]/u.test(String.fromCodePoint(text.codePointAt(at + 1) ?? 0)))
    ) {
      return at;
    }
  }
  return -1;
}
