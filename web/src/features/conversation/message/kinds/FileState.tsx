import { CircleAlert, CloudDownload } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Shown } from "../files";

/** In the place of a file that is not here: on its way, or why it will not come. */
export function FileState({ shown }: { shown: Exclude<Shown, { state: "here" }> }) {
  const { t } = useTranslation();
  if (shown.state === "pending") {
    return (
      <p className="flex items-center gap-2 py-1 text-13 text-muted">
        <CloudDownload aria-hidden className="size-4 shrink-0" />
        {t("conversation.file.pending")}
      </p>
    );
  }
  return (
    <p className="flex max-w-80 items-start gap-2 py-1 text-13 text-bad">
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
      <span>
        {t(`conversation.file.${shown.state}`)}
        {shown.reason && <span className="block text-12 text-muted">{shown.reason}</span>}
      </span>
    </p>
  );
}
