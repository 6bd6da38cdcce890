import { Search, X } from "lucide-react";
import { type ComponentProps, useRef } from "react";
import { useTranslation } from "react-i18next";
import { CONTROL } from "./control";
import { cx } from "./cx";
import { IconButton } from "./IconButton";

export type SearchFieldProps = Pick<ComponentProps<"input">, "aria-keyshortcuts"> & {
  label: string;
  value: string;
  onChange: (value: string) => void;
};

/** What is looked for; its label stands in it while it is empty. */
export function SearchField({ label, value, onChange, ...rest }: SearchFieldProps) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className="relative flex items-center">
      <Search aria-hidden className="pointer-events-none absolute start-2.5 size-4 text-faint" />
      <input
        {...rest}
        ref={input}
        type="search"
        aria-label={label}
        placeholder={label}
        value={value}
        onChange={({ target }) => onChange(target.value)}
        className={cx(
          CONTROL,
          "h-control ps-8 [&::-webkit-search-cancel-button]:hidden",
          value && "pe-9",
        )}
      />
      {value && (
        <span className="absolute end-1 flex">
          <IconButton
            size="small"
            icon={X}
            label={t("ui.clear")}
            onClick={() => {
              onChange("");
              input.current?.focus();
            }}
          />
        </span>
      )}
    </div>
  );
}
