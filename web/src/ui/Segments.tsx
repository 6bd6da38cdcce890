import { cx } from "./cx";

export type SegmentsProps<T extends string> = {
  /** Names the choice. */
  label: string;
  options: readonly { value: T; label: string }[];
  value: T;
  onChange: (value: T) => void;
};

/** One of two or three, all in sight. */
export function Segments<T extends string>({ label, options, value, onChange }: SegmentsProps<T>) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms; these act at once.
    <div
      role="group"
      aria-label={label}
      className="inline-flex self-start rounded-6 bg-hover p-0.5"
    >
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
          className={cx(
            "h-6 rounded-4 px-2 text-12 font-medium",
            option.value === value
              ? "bg-raised text-ink ring-1 ring-edge/40"
              : "text-muted hover:text-ink",
          )}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}
