/** A row of the list, and the order of the rows, itself included, when it was last among them. */
export type Trail = { id: string; order: readonly string[] };

/**
 * The row that stands where the trail ends, now that its own has left the list: the nearest one after
 * it (by 1) or before it (by -1), else the nearest on its other side. null when there is none, or when
 * the row is still there.
 */
export function neighbour(trail: Trail, rows: readonly string[], by: 1 | -1): string | null {
  const here = new Set(rows);
  if (here.has(trail.id)) return null;
  const at = trail.order.indexOf(trail.id);
  const after = trail.order.slice(at + 1).find((id) => here.has(id));
  const before = trail.order.slice(0, at).findLast((id) => here.has(id));
  return (by === 1 ? (after ?? before) : (before ?? after)) ?? null;
}
