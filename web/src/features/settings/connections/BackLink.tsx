import { Link } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { useTranslation } from "react-i18next";

export function BackLink() {
  const { t } = useTranslation();
  return (
    <Link
      to="/settings/channels"
      className="mb-4 inline-flex items-center gap-1 rounded-4 text-13 text-muted hover:text-ink"
    >
      <ArrowLeft aria-hidden className="size-4 rtl:-scale-x-100" />
      {t("settings.channels")}
    </Link>
  );
}
