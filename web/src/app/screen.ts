/** Whether there is room for two panes side by side; the same border as the class `wide:`. */
export function isWide(): boolean {
  return window.matchMedia("(min-width: 48rem)").matches;
}
