export type TextPart =
  | { kind: "text"; text: string }
  | { kind: "link"; text: string; href: string };

// Web addresses with a scheme or www., and e-mail addresses. A bare name is none: "e.g.so".
const CANDIDATE =
  /\bhttps?:\/\/[^\s<>"]+|\bwww\.[^\s<>"]+|\b[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/giu;

/** Splits a text into plain parts and links; only http, https and mailto become links. */
export function linkParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (const match of text.matchAll(CANDIDATE)) {
    const found = withoutTail(match[0]);
    const href = hrefOf(found);
    if (!href) continue;
    if (match.index > from) parts.push({ kind: "text", text: text.slice(from, match.index) });
    parts.push({ kind: "link", text: found, href });
    from = match.index + found.length;
  }
  if (from < text.length) parts.push({ kind: "text", text: text.slice(from) });
  return parts;
}

/** Punctuation after a link belongs to the sentence, as does a bracket that was opened before it. */
function withoutTail(text: string): string {
  let end = text.length;
  for (;;) {
    const last = text[end - 1] ?? "";
    const cut =
      /[.,:;!?'"*_~…]/.test(last) ||
      (last === ")" && count(text.slice(0, end), ")") > count(text.slice(0, end), "(")) ||
      (last === "]" && count(text.slice(0, end), "]") > count(text.slice(0, end), "["));
    if (!cut) return text.slice(0, end);
    end -= 1;
  }
}

function count(text: string, sign: string): number {
  return text.split(sign).length - 1;
}

function hrefOf(text: string): string | null {
  if (/^https?:\/\//i.test(text)) return safeURL(text);
  if (/^www\./i.test(text)) return safeURL(`https://${text}`);
  return `mailto:${text}`;
}

/** A foreign address as one that may be followed, or null: only the web, and nothing that runs. */
export function safeURL(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
}

const FOLD_CHARS = 900;
const FOLD_LINES = 14;

/** The beginning of a text that is too long to be shown at once, cut between words; null when it is not. */
export function fold(text: string): string | null {
  const lines = text.split("\n");
  const short = lines.length > FOLD_LINES + 4 ? lines.slice(0, FOLD_LINES).join("\n") : text;
  if (short.length <= FOLD_CHARS * 1.3) return short === text ? null : short;
  const head = short.slice(0, FOLD_CHARS);
  const space = head.search(/\s\S*$/);
  // A surrogate pair is not cut in two.
  const cut = space > FOLD_CHARS / 2 ? head.slice(0, space) : head.replace(/[\ud800-\udbff]$/, "");
  return cut.trimEnd();
}

// Pictures, flags, and what joins or colours them. The property RGI_Emoji would say it exactly, but
// needs a flag of regular expressions that our compile target does not have.
const EMOJI =
  /^(?:\p{Extended_Pictographic}|\p{Regional_Indicator}|\p{Emoji_Modifier}|[\u200d\ufe0f\u{e0020}-\u{e007f}]|\s)+$/u;
const MOST = 6;

/** Up to six emojis and nothing else: those are shown large. */
export function isOnlyEmoji(text: string): boolean {
  const trimmed = text.trim();
  if (trimmed === "" || trimmed.length > 80 || !EMOJI.test(trimmed)) return false;
  const signs = [...new Intl.Segmenter().segment(trimmed)].filter(({ segment }) => segment.trim());
  return signs.length <= MOST;
}
