/** A number that JavaScript would round. */
const LONG_NUMBER = /[:[,]\s*-?\d{16}/;

/** JSON with a line for each value; what is no JSON, or would not stay the same, is left as it is. */
export function readable(text: string): string {
  if (LONG_NUMBER.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
