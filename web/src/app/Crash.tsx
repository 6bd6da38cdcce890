import { useTranslation } from "react-i18next";
import { errorText } from "@/api/error";
import { ErrorState } from "@/ui/ErrorState";

/** A screen that could not be shown. */
export function Crash({ error, onRetry }: { error?: unknown; onRetry: () => void }) {
  const { t } = useTranslation();
  return (
    <main className="flex h-full min-h-0 grow flex-col bg-surface">
      <ErrorState title={t("app.crash_title")} text={errorText(t, error)} onRetry={onRetry} />
    </main>
  );
}
