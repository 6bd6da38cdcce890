import { CircleCheck, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Connection } from "@/api/types";
import { Chip } from "@/ui/Chip";

export function ConnectionState({ state }: Pick<Connection, "state">) {
  const { t } = useTranslation();
  return state === "ok" ? (
    <Chip tone="good" icon={CircleCheck} label={t("settings.state_ok")} />
  ) : (
    <Chip tone="bad" icon={TriangleAlert} label={t("settings.state_reconnect")} />
  );
}
