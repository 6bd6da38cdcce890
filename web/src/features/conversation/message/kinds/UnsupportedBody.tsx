import { CircleHelp } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { BodyProps } from "../body";
import { RichText } from "./RichText";

/** What cannot be shown says at least what it was. */
export function UnsupportedBody({ message: { unsupported, text, type } }: BodyProps) {
  const { t } = useTranslation();
  const name = unsupported?.type && unsupported.type !== "unknown" ? unsupported.type : "";
  const known = name || (type === "unsupported" ? "" : type);
  const detail = [unsupported?.title, unsupported?.detail].filter(Boolean).join(": ");
  return (
    <div className="flex min-w-0 max-w-80 flex-col gap-1">
      <p className="flex items-start gap-1.5 text-13 text-muted">
        <CircleHelp aria-hidden className="mt-0.5 size-4 shrink-0" />
        <span>
          {known
            ? t("conversation.unsupported_named", { type: known })
            : t("conversation.unsupported")}
        </span>
      </p>
      {detail && <p className="break-words text-12 text-muted">{detail}</p>}
      {text && <RichText text={text} />}
    </div>
  );
}
