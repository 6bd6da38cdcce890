import { Select as Base } from "@base-ui/react/select";
import { Check, ChevronsUpDown, type LucideIcon } from "lucide-react";
import { CONTROL } from "./control";
import { cx } from "./cx";
import { POPUP, POPUP_ITEM } from "./popup";

export type Option<T extends string> = { value: T; label: string; icon?: LucideIcon };

export type SelectProps<T extends string> = {
  label: string;
  hideLabel?: boolean;
  hint?: string;
  options: readonly Option<T>[];
  value: T;
  onChange: (value: T) => void;
  disabled?: boolean;
};

/** One of a few values in a form. For commands use Menu. */
export function Select<T extends string>({
  label,
  hideLabel,
  hint,
  options,
  value,
  onChange,
  disabled,
}: SelectProps<T>) {
  return (
    <Base.Root
      items={options as Option<T>[]}
      value={value}
      onValueChange={(next) => next !== null && onChange(next)}
      disabled={disabled}
    >
      <div className="flex min-w-0 flex-col gap-1">
        <Base.Label className={hideLabel ? "sr-only" : "text-13 font-medium text-ink"}>
          {label}
        </Base.Label>
        <Base.Trigger
          className={cx(CONTROL, "flex h-control items-center justify-between gap-2 text-start")}
        >
          <span className="truncate">
            <Base.Value />
          </span>
          <ChevronsUpDown aria-hidden className="size-4 shrink-0 text-faint" />
        </Base.Trigger>
        {hint && <p className="text-12 text-muted">{hint}</p>}
      </div>
      <Base.Portal>
        <Base.Positioner alignItemWithTrigger={false} sideOffset={4} className="z-popup">
          <Base.Popup className={cx(POPUP, "min-w-(--anchor-width)")}>
            <Base.List className="p-1">
              {options.map(({ value: option, label: text, icon: Icon }) => (
                <Base.Item key={option} value={option} className={POPUP_ITEM}>
                  {Icon && <Icon aria-hidden className="size-4 text-muted" />}
                  <Base.ItemText className="grow">{text}</Base.ItemText>
                  <span className="size-4">
                    <Base.ItemIndicator>
                      <Check aria-hidden className="size-4 text-accent-ink" />
                    </Base.ItemIndicator>
                  </span>
                </Base.Item>
              ))}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
