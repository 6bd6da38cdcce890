import { Link } from "@tanstack/react-router";
import { Compass } from "lucide-react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "@/ui/EmptyState";

export function NotFound() {
  const { t } = useTranslation();
  return (
    <main className="flex h-full grow flex-col bg-surface">
      <EmptyState
        icon={Compass}
        title={t("app.not_found_title")}
        text={t("app.not_found_text")}
        action={
          <Link to="/" className="text-13 font-medium text-accent-ink hover:underline">
            {t("app.not_found_back")}
          </Link>
        }
      />
    </main>
  );
}
