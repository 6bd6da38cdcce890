import { Checkbox as Base } from "@base-ui/react/checkbox";
import { Check, Minus } from "lucide-react";
import { useId } from "react";

export type CheckboxProps = {
  label: string;
  hideLabel?: boolean;
  checked: boolean;
  /** Some of what it stands for is checked. */
  mixed?: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
  name?: string;
};

export function Checkbox({
  label,
  hideLabel,
  checked,
  mixed,
  onChange,
  disabled,
  name,
}: CheckboxProps) {
  const id = useId();
  return (
    <span className="inline-flex items-center gap-2">
      <Base.Root
        id={id}
        name={name}
        checked={checked}
        indeterminate={mixed}
        onCheckedChange={(next) => onChange(next)}
        disabled={disabled}
        className="inline-flex size-4 shrink-0 items-center justify-center rounded-4 border border-edge bg-surface data-checked:border-accent data-checked:bg-accent data-disabled:opacity-50 data-indeterminate:border-accent data-indeterminate:bg-accent"
      >
        <Base.Indicator className="text-on-accent">
          {mixed ? (
            <Minus aria-hidden className="size-3" strokeWidth={3} />
          ) : (
            <Check aria-hidden className="size-3" strokeWidth={3} />
          )}
        </Base.Indicator>
      </Base.Root>
      <label htmlFor={id} className={hideLabel ? "sr-only" : "text-14"}>
        {label}
      </label>
    </span>
  );
}
