import { useTranslation } from "react-i18next";
import { errorText } from "@/api/error";
import type { Finding, TestResult } from "@/api/types";
import { Notice } from "@/ui/Notice";

export type TestOutcomeProps = {
  pending: boolean;
  error: Error | null;
  result: TestResult | undefined;
  /** Findings that stand at no field. */
  others: readonly Finding[];
};

/** What a test said in all; the rest stands at the fields below. */
export function TestOutcome({ pending, error, result, others }: TestOutcomeProps) {
  const { t } = useTranslation();
  if (pending) return <Notice tone="neutral">{t("settings.testing")}</Notice>;
  if (error) return <Notice tone="bad">{errorText(t, error)}</Notice>;
  if (!result) return null;
  return (
    <div className="flex flex-col gap-2">
      <Notice tone={result.ok ? "good" : "bad"}>
        {t(result.ok ? "settings.test_ok" : "settings.test_failed")}
      </Notice>
      {others.map(({ field, ok, message }) => (
        <Notice key={field + message} tone={ok ? "good" : "bad"}>
          {message}
        </Notice>
      ))}
    </div>
  );
}
