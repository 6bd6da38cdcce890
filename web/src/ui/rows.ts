/*
 * Lists of links or buttons that one walks through with the arrow keys. A row is whatever carries
 * `data-row`; only those that are drawn count, of which a virtual list keeps some beyond its edges.
 */

function rowsIn(container: Element): HTMLElement[] {
  return [...container.querySelectorAll<HTMLElement>("[data-row]")];
}

/** Which row has the focus after a step from `from` (-1: none) among `count`; -1 when there is none. */
export function stepTo(from: number, by: number, count: number, start: number): number {
  if (count === 0) return -1;
  if (from === -1) return Math.min(Math.max(start, 0), count - 1);
  return Math.min(Math.max(from + by, 0), count - 1);
}

/** Moves the focus by so many rows; without a focused row it goes to the current or first visible one. */
export function moveFocus(container: Element | null, by: number): void {
  if (!container) return;
  const rows = rowsIn(container);
  const from = rows.findIndex((row) => row.contains(document.activeElement));
  const current = rows.findIndex((row) => row.ariaCurrent === "page");
  const top = container.getBoundingClientRect().top;
  const visible = rows.findIndex((row) => row.getBoundingClientRect().top >= top - 1);
  const start = current === -1 ? visible : current + by;
  focusRow(rows[stepTo(from, by, rows.length, start)]);
}

/** Puts the focus on the first row, and presses it if one asks for that. */
export function focusFirstRow(container: Element | null, press = false): void {
  const first = container && rowsIn(container)[0];
  if (!first) return;
  focusRow(first);
  if (press) first.click();
}

/** Puts the focus on the row of this value, when it is drawn. */
export function focusRowOf(container: Element | null, value: string): boolean {
  const row = container?.querySelector<HTMLElement>(`[data-row="${CSS.escape(value)}"]`);
  focusRow(row ?? undefined);
  return !!row;
}

function focusRow(row: HTMLElement | undefined): void {
  row?.focus({ preventScroll: true });
  row?.scrollIntoView({ block: "nearest" });
}

/** What a list does with a key: the arrows walk, Home goes to its top. True when it was one of them. */
export function walk(container: Element | null, key: string): boolean {
  switch (key) {
    case "ArrowDown":
      moveFocus(container, 1);
      return true;
    case "ArrowUp":
      moveFocus(container, -1);
      return true;
    default:
      return false;
  }
}
