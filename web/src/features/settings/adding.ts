import { useRouter, useSearch } from "@tanstack/react-router";

/** Of a page of the settings that lists things: whether one is being added. The address says it. */
export type AddSearch = { add?: true };

export function validateAdd(search: Record<string, unknown>): AddSearch {
  return String(search.add) === "true" ? { add: true } : {};
}

/** Whether the dialog for adding is open, and how it is closed. */
export function useAdding(): [adding: boolean, end: () => void] {
  const router = useRouter();
  const { add } = useSearch({ strict: false });
  return [add === true, () => void router.navigate({ to: ".", search: {}, replace: true })];
}
