import { useEffect, useRef } from "react";
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
  const box = useRef<HTMLDivElement>(null);
  // It may have been started from the foot of a long form.
  useEffect(() => {
    if (!pending && (result || error)) box.current?.scrollIntoView({ block: "center" });
  }, [pending, result, error]);
  if (pending) return <Notice tone="neutral">{t("settings.testing")}</Notice>;
  if (error) {
    return (
      <div ref={box}>
        <Notice tone="bad">{errorText(t, error)}</Notice>
      </div>
    );
  }
  if (!result) return null;
  return (
    <div ref={box} className="flex flex-col gap-2">
      <Notice tone={result.ok ? "good" : "bad"}>
        {result.ok
          ? t("settings.test_ok")
          : t("settings.test_failed", { count: result.findings.filter(({ ok }) => !ok).length })}
      </Notice>
      {others.map(({ field, ok, message }) => (
        <Notice key={field + message} tone={ok ? "good" : "bad"}>
          {message}
        </Notice>
      ))}
    </div>
  );
}
