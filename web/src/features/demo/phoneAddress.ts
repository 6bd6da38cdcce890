/** Whom the phone plays: a customer by phone or user id, and the business number they write to. */
export type Line = { customer: string; number: string };

/** Where a customer's phone is; `embed` leaves out what only makes sense on a page of its own. */
export function phoneAddress(simPath: string, line: Line | null, embed: boolean): string {
  const query = new URLSearchParams({ ...(embed && { embed: "1" }), ...line });
  return query.size > 0 ? `${simPath}?${query}` : simPath;
}
