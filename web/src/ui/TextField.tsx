import { Field as Base } from "@base-ui/react/field";
import { Eye, EyeOff, type LucideIcon } from "lucide-react";
import { type ComponentProps, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { CONTROL } from "./control";
import { cx } from "./cx";
import { Field, type FieldFrame } from "./Field";
import { IconButton } from "./IconButton";

export type TextFieldProps = FieldFrame &
  Omit<
    ComponentProps<"input">,
    "className" | "style" | "type" | "size" | "value" | "defaultValue" | "onChange"
  > & {
    type?: "text" | "email" | "password" | "url" | "tel" | "datetime-local";
    value?: string;
    defaultValue?: string;
    onChange?: (value: string) => void;
    icon?: LucideIcon;
    /** A button that belongs to the field, in its line. */
    beside?: ReactNode;
  };

export function TextField({
  label,
  hideLabel,
  hint,
  error,
  good,
  type = "text",
  value,
  onChange,
  icon: Icon,
  beside,
  ...rest
}: TextFieldProps) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  const secret = type === "password";
  return (
    <Field
      label={label}
      hideLabel={hideLabel}
      hint={hint}
      error={error}
      good={good}
      name={rest.name}
    >
      <span className="flex items-center gap-2">
        <span className="relative flex min-w-0 grow items-center">
          {Icon && (
            <Icon
              aria-hidden
              className="pointer-events-none absolute start-2.5 size-4 text-faint"
            />
          )}
          <Base.Control
            render={<input {...rest} />}
            type={secret && shown ? "text" : type}
            value={value}
            onValueChange={onChange}
            className={cx(
              CONTROL,
              "h-control read-only:bg-sunken",
              Icon && "ps-8",
              secret && "pe-9",
            )}
          />
          {secret && (
            <span className="absolute end-1">
              <IconButton
                size="small"
                icon={shown ? EyeOff : Eye}
                label={shown ? t("ui.hide_password") : t("ui.show_password")}
                onClick={() => setShown(!shown)}
              />
            </span>
          )}
        </span>
        {beside}
      </span>
    </Field>
  );
}
