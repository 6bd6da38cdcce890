import type { TFunction } from "i18next";
import { ApiError, errorText } from "./error";

/** What an error says beside the fields; nothing when all of it stands at fields of the form. */
export function generalProblem(
  t: TFunction,
  error: Error | null,
  fields: readonly string[],
): string | undefined {
  if (!error) return undefined;
  if (error instanceof ApiError && error.errors.length > 0) {
    const elsewhere = error.errors.find(
      ({ location }) => !fields.includes(location.replace(/^body\./, "")),
    );
    return elsewhere?.message;
  }
  return errorText(t, error);
}
