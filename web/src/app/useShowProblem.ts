import { type RefObject, useEffect } from "react";
import type { ApiError } from "@/api/error";

/** Brings the first field that an error is about into view, with the cursor in it. */
export function useShowProblem(
  form: RefObject<HTMLFormElement | null>,
  problem: ApiError | undefined,
): void {
  useEffect(() => {
    const name = problem?.errors[0]?.location.replace(/^body\./, "");
    const field = name ? form.current?.elements.namedItem(name) : null;
    if (!(field instanceof HTMLElement)) return;
    field.closest("details")?.setAttribute("open", "");
    field.focus();
  }, [form, problem]);
}
