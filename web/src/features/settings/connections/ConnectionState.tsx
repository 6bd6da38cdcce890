import { CircleCheck, CircleDashed, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Connection } from "@/api/types";
import { Chip } from "@/ui/Chip";
import { standing } from "./standing";

/** Whether an account works, as far as anybody has found out, in a word. */
export function ConnectionState({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  switch (standing(connection)) {
    case "bad":
      return <Chip tone="bad" icon={TriangleAlert} label={t("settings.state_reconnect")} />;
    case "untested":
      return <Chip icon={CircleDashed} label={t("settings.state_untested")} />;
    case "good":
      return <Chip tone="good" icon={CircleCheck} label={t("settings.state_ok")} />;
  }
}
