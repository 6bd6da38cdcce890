import { Link } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { useTranslation } from "react-i18next";

export function BackLink() {
  const { t } = useTranslation();
  return (
    <div className="mb-4">
      <Link
        to="/settings/channels"
        className="inline-flex min-h-6 items-center gap-1 rounded-4 text-13 text-muted hover:text-ink"
      >
        <ArrowLeft aria-hidden className="size-4 rtl:-scale-x-100" />
        {t("settings.channels")}
      </Link>
    </div>
  );
}
