import type { CSSProperties } from "react";

export type SliderProps = {
  label: string;
  value: number;
  max: number;
  step: number;
  /** The value in words, for screen readers. */
  valueText: string;
  disabled?: boolean;
  onChange: (value: number) => void;
};

/** A place on a line, from 0 to `max`. */
export function Slider({ label, value, max, step, valueText, disabled, onChange }: SliderProps) {
  return (
    <input
      type="range"
      aria-label={label}
      aria-valuetext={valueText}
      min={0}
      max={max}
      step={step}
      value={Math.min(value, max)}
      disabled={disabled}
      onChange={(event) => onChange(event.target.valueAsNumber)}
      style={{ "--done": `${max > 0 ? (Math.min(value, max) / max) * 100 : 0}%` } as CSSProperties}
      className="slider block h-4 w-full disabled:opacity-50"
    />
  );
}
