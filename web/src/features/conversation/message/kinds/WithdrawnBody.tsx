import { Undo2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { BodyProps } from "../body";
import { RichText } from "./RichText";

/** A message that its author took back. What it said is still shown to members, muted. */
export function WithdrawnBody({ message: { text, direction } }: BodyProps) {
  const { t } = useTranslation();
  return (
    <div className="flex min-w-0 flex-col gap-1 text-muted">
      <p className="flex items-center gap-1.5 text-13 italic">
        <Undo2 aria-hidden className="size-3.5 shrink-0" />
        {direction === "in" ? t("conversation.withdrawn_by_customer") : t("conversation.withdrawn")}
      </p>
      {text && <RichText text={text} />}
    </div>
  );
}
