import type { Finding } from "@/api/types";

export type FieldFinding = { error?: string; good?: string };

export type Findings = {
  /** What stands at a field of the form: what is wrong with it, else what was found in order. */
  at: (field: string) => FieldFinding;
  /** What belongs to no field that the form has. */
  others: readonly Finding[];
};

/** Sorts a test's findings by the fields of the form. */
export function sortFindings(
  findings: readonly Finding[],
  hasField: (field: string) => boolean,
): Findings {
  const said = (field: string, ok: boolean) =>
    findings
      .filter((finding) => finding.field === field && finding.ok === ok)
      .map(({ message }) => message)
      .join(" ");
  return {
    at(field) {
      const error = said(field, false);
      if (error) return { error };
      const good = said(field, true);
      return good ? { good } : {};
    },
    others: findings.filter(({ field }) => !hasField(field)),
  };
}
