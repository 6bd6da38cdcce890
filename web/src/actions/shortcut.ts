import { isApple } from "@/ui/keys";

export type KeyPress = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

type Chord = { key: string; mod: boolean; alt: boolean; shift: boolean };

function parseChord(text: string): Chord {
  const parts = text.toLowerCase().split(/\+(?=.)/);
  const key = parts.at(-1) ?? "";
  return {
    key,
    mod: parts.includes("mod"),
    alt: parts.includes("alt"),
    shift: parts.includes("shift"),
  };
}

/** Whether a key press is this chord. Signs such as `?` are taken as typed, whatever Shift they need. */
export function pressMatches(chord: string, press: KeyPress, apple = isApple): boolean {
  const { key, mod, alt, shift } = parseChord(chord);
  const command = apple ? press.metaKey : press.ctrlKey;
  const other = apple ? press.ctrlKey : press.metaKey;
  if (command !== mod || other || press.altKey !== alt) return false;
  if (press.key.toLowerCase() !== (key === "space" ? " " : key)) return false;
  const isSign = key.length === 1 && !/[a-z0-9]/.test(key);
  return isSign || press.shiftKey === shift;
}

export type Match = "none" | "begun" | "done";

/** How far the presses so far (oldest first) go towards a shortcut. */
export function sequenceMatches(
  shortcut: string,
  presses: readonly KeyPress[],
  apple = isApple,
): Match {
  const chords = shortcut.split(" ");
  if (presses.length > chords.length) return "none";
  const all = presses.every((press, index) => pressMatches(chords[index] ?? "", press, apple));
  if (!all) return "none";
  return presses.length === chords.length ? "done" : "begun";
}

/** Whether it may fire while one writes in a field: only with the command key, or Escape. */
export function worksWhileWriting(shortcut: string): boolean {
  return /\bmod\+/.test(shortcut) || shortcut === "escape";
}

export function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}
