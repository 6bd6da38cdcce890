import { cx } from "./cx";
import { keyLabels } from "./keys";

/** A shortcut as keys, from its written form: `mod+k`, `g c`, `?`. */
export function Kbd({ keys, inverse }: { keys: string; inverse?: boolean }) {
  return (
    <span className="inline-flex shrink-0 items-center gap-1">
      {keyLabels(keys).map((label) => (
        <kbd
          key={label}
          className={cx(
            "inline-flex h-5 min-w-5 items-center justify-center rounded-4 border px-1 font-sans text-12",
            inverse ? "border-current/40" : "border-edge/50 bg-sunken text-muted",
          )}
        >
          {label}
        </kbd>
      ))}
    </span>
  );
}
