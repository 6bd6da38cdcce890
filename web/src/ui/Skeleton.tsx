import { useTranslation } from "react-i18next";
import { cx } from "./cx";
import { useDelayed } from "./useDelayed";

/** A grey bar in the place of a text, or a circle in the place of a face. */
export function Skeleton({
  shape = "line",
  width,
}: {
  shape?: "line" | "circle" | "block";
  width?: string;
}) {
  return (
    <span
      style={width ? { width } : undefined}
      className={cx(
        "block animate-pulse bg-hover",
        shape === "line" && "h-3 rounded-4",
        shape === "circle" && "size-8 shrink-0 rounded-full",
        shape === "block" && "h-24 rounded-8",
      )}
    />
  );
}

const WIDTHS = ["62%", "48%", "74%", "55%", "67%", "43%", "70%", "52%"];

/** Rows that keep the place of a list; they appear only when the answer takes more than 300 ms. */
export function SkeletonRows({ rows = 8, lines = 2 }: { rows?: number; lines?: 2 | 3 }) {
  const { t } = useTranslation();
  const shown = useDelayed(true);
  return (
    <div
      role="status"
      aria-label={t("ui.loading")}
      className={cx("transition-opacity", !shown && "opacity-0")}
    >
      {Array.from({ length: rows }, (_row, index) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: nothing but its place tells one row from another.
          key={index}
          className={cx("flex gap-3 px-3 py-2.5", lines === 2 ? "items-center" : "h-21")}
        >
          <Skeleton shape="circle" />
          <div className="flex grow flex-col gap-2">
            <Skeleton width="32%" />
            <Skeleton width={WIDTHS[index % WIDTHS.length]} />
            {lines === 3 && <Skeleton width="24%" />}
          </div>
        </div>
      ))}
    </div>
  );
}
