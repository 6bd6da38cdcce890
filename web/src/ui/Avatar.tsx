import type { ReactNode } from "react";
import { hueOf, initials } from "./avatarText";
import { cx } from "./cx";

export type AvatarProps = {
  name: string;
  size?: 20 | 24 | 32 | 40;
  /** Same colour for the same id, whatever the name becomes. */
  id?: string;
  presence?: "online" | "away" | "offline";
  /** A small mark at the corner, such as a channel's icon. */
  mark?: ReactNode;
};

const SIZES = {
  20: "size-5 text-[10px]",
  24: "size-6 text-[11px]",
  32: "size-8 text-12",
  40: "size-10 text-14",
};

/** Initials. Decorative: the name stands beside it, or on its button. */
export function Avatar({ name, size = 32, id, presence, mark }: AvatarProps) {
  return (
    <span aria-hidden="true" className="relative inline-flex shrink-0">
      <span
        data-hue={hueOf(id ?? name)}
        className={cx(
          "avatar inline-flex select-none items-center justify-center overflow-hidden rounded-full font-semibold",
          SIZES[size],
        )}
      >
        {initials(name)}
      </span>
      {mark && (
        <span className="absolute -end-1 -bottom-1 inline-flex rounded-full bg-surface p-0.5">
          {mark}
        </span>
      )}
      {presence && presence !== "offline" && (
        <span
          className={cx(
            "absolute -end-0.5 -bottom-0.5 size-2.5 rounded-full border-2 border-surface",
            presence === "online" ? "bg-good" : "bg-warn",
          )}
        />
      )}
    </span>
  );
}
