import { Download, FileText } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/i18n/useFormat";
import type { BodyProps } from "../body";
import { shownFile } from "../files";
import { Caption } from "./Caption";
import { FileState } from "./FileState";
import { Progress } from "./Progress";

export function DocumentBody({ message, sending }: BodyProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const shown = shownFile(message, sending);
  if (shown.state !== "here") {
    return (
      <>
        <FileState shown={shown} />
        <Caption text={message.text} />
      </>
    );
  }
  const name = shown.name || t("conversation.type.document");
  const ending = name.includes(".") ? (name.split(".").at(-1) ?? "").toUpperCase() : "";
  return (
    <>
      <div className="relative w-72 max-w-full">
        <a
          href={shown.url}
          download={shown.name || true}
          aria-label={t("conversation.download", { name })}
          className="flex items-center gap-3 rounded-8 border border-line bg-surface p-2.5 hover:bg-sunken"
        >
          <FileText aria-hidden className="size-6 shrink-0 text-accent-ink" strokeWidth={1.5} />
          <span className="min-w-0 grow">
            <span dir="auto" className="block truncate text-13 font-medium">
              {name}
            </span>
            <span className="block text-12 text-muted">
              {[ending, format.bytes(shown.size)].filter(Boolean).join(" · ")}
            </span>
          </span>
          <Download aria-hidden className="size-4 shrink-0 text-muted" />
        </a>
        <Progress sending={sending} />
      </div>
      <Caption text={message.text} />
    </>
  );
}
