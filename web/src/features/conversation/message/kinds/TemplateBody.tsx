import { LayoutTemplate } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { BodyProps } from "../body";
import { Caption } from "./Caption";

/** A template message, as far as it is known what it said. */
export function TemplateBody({ message: { template, text } }: BodyProps) {
  const { t } = useTranslation();
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <p className="flex items-center gap-1.5 text-12 text-muted">
        <LayoutTemplate aria-hidden className="size-3.5 shrink-0" />
        {t("conversation.type.template")}
        {template && (
          <bdi className="min-w-0 truncate font-medium">
            {[template.name, template.language].filter(Boolean).join(" · ")}
          </bdi>
        )}
      </p>
      <Caption text={text} />
    </div>
  );
}
