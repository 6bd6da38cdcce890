import { Field as Base } from "@base-ui/react/field";
import type { ComponentProps } from "react";
import { CONTROL } from "./control";
import { cx } from "./cx";
import { Field, type FieldFrame } from "./Field";

export type TextAreaProps = FieldFrame &
  Omit<
    ComponentProps<"textarea">,
    "className" | "style" | "value" | "defaultValue" | "onChange"
  > & {
    value?: string;
    defaultValue?: string;
    onChange?: (value: string) => void;
    /** Grows with its text up to this many lines. */
    maxLines?: number;
  };

export function TextArea({
  label,
  hideLabel,
  hint,
  error,
  value,
  defaultValue,
  onChange,
  maxLines = 8,
  ...rest
}: TextAreaProps) {
  return (
    <Field label={label} hideLabel={hideLabel} hint={hint} error={error} name={rest.name}>
      <Base.Control
        render={<textarea rows={2} {...rest} />}
        value={value}
        defaultValue={defaultValue}
        onValueChange={onChange}
        style={{ maxHeight: `${maxLines * 1.25 + 1}rem` }}
        className={cx(CONTROL, "field-sizing-content resize-none py-1.5")}
      />
    </Field>
  );
}
