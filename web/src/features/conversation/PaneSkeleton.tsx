import { useTranslation } from "react-i18next";
import { cx } from "@/ui/cx";
import { Skeleton } from "@/ui/Skeleton";
import { useDelayed } from "@/ui/useDelayed";

const BUBBLES = [
  { width: "52%", own: false },
  { width: "34%", own: false },
  { width: "46%", own: true },
  { width: "28%", own: false },
  { width: "58%", own: true },
  { width: "40%", own: true },
];

/** Keeps the place of a conversation that is being loaded; seen only when that takes a while. */
export function PaneSkeleton() {
  const { t } = useTranslation();
  const shown = useDelayed(true);
  return (
    <div
      role="status"
      aria-label={t("ui.loading")}
      className={cx("flex min-h-0 grow flex-col transition-opacity", !shown && "opacity-0")}
    >
      <div className="flex h-14 shrink-0 items-center gap-2.5 border-b border-line px-4">
        <Skeleton shape="circle" />
        <Skeleton width="30%" />
      </div>
      <div className="flex grow flex-col justify-end gap-3 p-4">
        {BUBBLES.map(({ width, own }) => (
          <span
            key={width}
            style={{ width }}
            className={cx("h-9 animate-pulse rounded-12 bg-hover", own && "self-end")}
          />
        ))}
      </div>
    </div>
  );
}
