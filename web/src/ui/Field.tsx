import { Field as Base } from "@base-ui/react/field";
import { CircleCheck } from "lucide-react";
import type { ReactNode } from "react";

export type FieldFrame = {
  label: string;
  /** Hides the label from view, not from screen readers. */
  hideLabel?: boolean;
  hint?: ReactNode;
  error?: string | undefined;
  /** What was found in order about it. */
  good?: string | undefined;
};

/** Label, control, hint and error of one field, tied together for screen readers. */
export function Field({
  label,
  hideLabel,
  hint,
  error,
  good,
  name,
  children,
}: FieldFrame & { name?: string; children: ReactNode }) {
  return (
    <Base.Root name={name} invalid={error !== undefined} className="flex min-w-0 flex-col gap-1">
      <Base.Label className={hideLabel ? "sr-only" : "text-13 font-medium text-ink"}>
        {label}
      </Base.Label>
      {children}
      {hint && <Base.Description className="text-12 text-muted">{hint}</Base.Description>}
      {good && !error && (
        <Base.Description className="flex items-start gap-1 text-12 text-good">
          <CircleCheck aria-hidden className="mt-0.5 size-3 shrink-0" />
          {good}
        </Base.Description>
      )}
      <Base.Error match={error !== undefined} className="text-12 text-bad">
        {error}
      </Base.Error>
    </Base.Root>
  );
}
