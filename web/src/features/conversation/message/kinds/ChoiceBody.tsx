import { CornerDownRight } from "lucide-react";
import { useTranslation } from "react-i18next";
import { answerLines } from "../answer";
import type { BodyProps } from "../body";
import { RichText } from "./RichText";

/** What the customer tapped, or filled in. */
export function ChoiceBody({ message: { choice, text } }: BodyProps) {
  const { t } = useTranslation();
  const lines = answerLines(choice?.data);
  const title = choice?.title || text;
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <p className="flex items-center gap-1.5 text-12 text-muted">
        <CornerDownRight aria-hidden className="size-3.5 shrink-0 rtl:-scale-x-100" />
        {choice?.kind === "flow" || choice?.kind === "address"
          ? t("conversation.choice.form")
          : choice?.kind === "call_permission"
            ? t("conversation.choice.call_permission")
            : t("conversation.choice.tapped")}
      </p>
      {title && (
        <div className="font-medium">
          <RichText text={title} />
        </div>
      )}
      {choice?.description && <RichText text={choice.description} />}
      {lines.length > 0 && (
        <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1 text-13">
          {lines.map(([name, value]) => (
            <div key={name} className="contents">
              <dt dir="auto" className="break-words text-muted">
                {name}
              </dt>
              <dd dir="auto" className="min-w-0 whitespace-pre-wrap break-words">
                {value}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}
