const HUES = 8;

/** One of eight colours, always the same for the same text. */
export function hueOf(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return Math.abs(hash) % HUES;
}

/** Two letters of a name, the last digits of a number, a dot for nothing. */
export function initials(name: string): string {
  const words = name
    .trim()
    .split(/\s+/)
    .filter((word) => /\p{L}/u.test(word));
  const first = letter(words[0]);
  if (first) return (first + (words.length > 1 ? letter(words.at(-1)) : "")).toLocaleUpperCase();
  const digits = name.replace(/\D/g, "");
  return digits.slice(-2) || "·";
}

function letter(word: string | undefined): string {
  return word?.match(/\p{L}/u)?.[0] ?? "";
}
