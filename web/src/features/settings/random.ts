// Without 0, O, 1, l and I, which one confuses when reading them out.
const LETTERS = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/** A text that nobody can guess, of letters and digits. */
export function randomText(length: number): string {
  let text = "";
  while (text.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length))) {
      // Of 256 values only a whole multiple of the letters is used, so that none is likelier.
      if (byte < 256 - (256 % LETTERS.length) && text.length < length) {
        text += LETTERS[byte % LETTERS.length];
      }
    }
  }
  return text;
}
