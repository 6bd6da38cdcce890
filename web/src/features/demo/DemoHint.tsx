import { Link } from "@tanstack/react-router";
import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { IconButton } from "@/ui/IconButton";
import { hintSeen } from "./places";

/** One line for those who are here for the first time. */
export function DemoHint() {
  const { t } = useTranslation();
  return (
    <p className="flex min-h-9 items-center gap-2 px-3 py-1 text-13 text-accent-ink">
      <span className="min-w-0 grow">
        {t("demo.hint_new")} <span className="hidden wide:inline">{t("demo.hint")} </span>
        <Link to="/start" className="rounded-4 font-medium underline">
          {t("demo.hint_link")}
        </Link>
      </span>
      <IconButton
        icon={X}
        size="small"
        label={t("demo.hint_dismiss")}
        onClick={() => hintSeen.set(true)}
        tooltip={false}
      />
    </p>
  );
}
