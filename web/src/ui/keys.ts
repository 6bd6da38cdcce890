/** Whether this machine's command key is ⌘. */
export const isApple =
  typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.userAgent);

const SIGNS: Record<string, string> = {
  enter: "↵",
  escape: "Esc",
  arrowup: "↑",
  arrowdown: "↓",
  arrowleft: "←",
  arrowright: "→",
  backspace: "⌫",
  space: "␣",
};

/** The keys of a written shortcut, one label per key: `mod+shift+k` is Ctrl, Shift, K or ⌘, ⇧, K. */
export function keyLabels(shortcut: string, apple = isApple): string[] {
  return shortcut
    .split(" ")
    .flatMap((chord) => chord.split(/\+(?=.)/))
    .map((key) => {
      const low = key.toLowerCase();
      if (low === "mod") return apple ? "⌘" : "Ctrl";
      if (low === "shift") return apple ? "⇧" : "Shift";
      if (low === "alt") return apple ? "⌥" : "Alt";
      return SIGNS[low] ?? (key.length === 1 ? key.toUpperCase() : key);
    });
}

/** The value of aria-keyshortcuts; undefined for sequences, which it cannot say. */
export function ariaShortcut(shortcut: string | undefined, apple = isApple): string | undefined {
  if (!shortcut || shortcut.includes(" ")) return undefined;
  return shortcut.replace(/\bmod\b/, apple ? "Meta" : "Control");
}
