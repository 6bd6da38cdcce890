import { WifiOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import { reconnect, useConnectionState } from "@/realtime/live";
import { useDelayed } from "@/ui/useDelayed";

/** Says that what is shown may be old; not for a break of a second or two. */
export function OfflineBanner() {
  const { t } = useTranslation();
  const shown = useDelayed(useConnectionState() === "offline", 2000);
  return (
    <div role="status">
      {shown && (
        <div className="flex items-center justify-center gap-2 bg-warn-tint px-4 py-1.5 text-13 text-warn">
          <WifiOff aria-hidden className="size-4 shrink-0" />
          <span>{t("app.offline")}</span>
          <button
            type="button"
            onClick={reconnect}
            className="shrink-0 rounded-4 font-medium underline"
          >
            {t("app.reconnect")}
          </button>
        </div>
      )}
    </div>
  );
}
