/*
 * Text as it is compared in a search: lower case, without diacritics. The server folds in the same
 * way; here it is done letter by letter, so that what was found can be marked where it stands.
 */

/** Letters that carry no combining mark, with what people type for them. */
const PLAIN: Record<string, string> = {
  ł: "l",
  đ: "d",
  ð: "d",
  ø: "o",
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ı: "i",
  þ: "th",
  ħ: "h",
  ŧ: "t",
  ŋ: "n",
  ĸ: "k",
  ſ: "s",
  ƒ: "f",
  ə: "e",
  ς: "σ",
};

function foldLetter(letter: string): string {
  const low = letter
    .normalize("NFKD")
    .toLowerCase()
    .normalize("NFKD")
    .replace(/\p{Mn}/gu, "");
  return [...low].map((char) => PLAIN[char] ?? char).join("");
}

export function fold(text: string): string {
  return [...text].map(foldLetter).join("");
}

/** The words of a text, folded. */
export function wordsOf(text: string): string[] {
  return fold(text).match(WORDS) ?? [];
}

const WORDS = /[\p{L}\p{N}\p{M}]+/gu;

/** Whether each word of the query begins a word of the text. */
export function matches(text: string, query: string): boolean {
  const words = wordsOf(text);
  return wordsOf(query).every((wanted) => words.some((word) => word.startsWith(wanted)));
}

export type Segment = { text: string; hit: boolean };

/**
 * The text in pieces, of which those that the query found are hits: beginnings of words; and digits
 * anywhere in a number, however it is grouped.
 */
export function segments(text: string, query: string): Segment[] {
  const letters = [...text];
  const folded = letters.map(foldLetter);
  const hit = letters.map(() => false);
  const mark = (from: number, length: number, counts: (index: number) => number) => {
    let left = length;
    for (let at = from; at < letters.length && left > 0; at++) {
      hit[at] = true;
      left -= counts(at);
    }
  };
  for (const word of new Set(wordsOf(query))) {
    for (let at = 0; at < letters.length; at++) {
      if (at > 0 && isWord(folded[at - 1] ?? "")) continue;
      if (
        folded
          .slice(at, at + word.length)
          .join("")
          .startsWith(word)
      ) {
        mark(at, word.length, (index) => folded[index]?.length ?? 0);
      }
    }
  }
  const digits = query.replace(/\D/g, "").replace(/^0+/, "");
  if (digits.length > 1 && /^[\d\s+\-./()]*$/.test(query)) {
    const places = letters.flatMap((letter, index) => (/\d/.test(letter) ? [index] : []));
    const number = places.map((index) => letters[index]).join("");
    for (let at = number.indexOf(digits); at !== -1; at = number.indexOf(digits, at + 1)) {
      for (const index of places.slice(at, at + digits.length)) hit[index] = true;
    }
  }
  return joined(letters, hit);
}

function isWord(text: string): boolean {
  return /[\p{L}\p{N}\p{M}]$/u.test(text);
}

function joined(letters: readonly string[], hit: readonly boolean[]): Segment[] {
  const pieces: Segment[] = [];
  for (const [index, letter] of letters.entries()) {
    const last = pieces.at(-1);
    if (last && last.hit === hit[index]) last.text += letter;
    else pieces.push({ text: letter, hit: hit[index] ?? false });
  }
  return pieces;
}

/** The part of a long text around its first hit, on one line. */
export function excerpt(text: string, query: string, before = 32, length = 240): string {
  const line = text.replace(/\s+/g, " ").trim();
  let at = 0;
  for (const piece of segments(line, query)) {
    if (piece.hit) break;
    at += piece.text.length;
  }
  if (at >= line.length || at <= before) return cut(line, length);
  const space = line.indexOf(" ", at - before);
  const start = space === -1 || space >= at ? at : space + 1;
  return `…${cut(line.slice(start), length)}`;
}

function cut(text: string, length: number): string {
  const letters = [...text];
  return letters.length <= length ? text : `${letters.slice(0, length).join("")}…`;
}
