import { useId } from "react";
import { CopyButton } from "./CopyButton";

/** A value that is there to be copied: an address, a key. */
export function CopyField({ label, value, hint }: { label: string; value: string; hint?: string }) {
  const id = useId();
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <span id={id} className="text-13 font-medium">
        {label}
      </span>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for things to fill in. */}
      <div
        role="group"
        aria-labelledby={id}
        className="flex min-h-control items-center gap-2 rounded-6 bg-sunken ps-2.5 pe-1"
      >
        <code dir="ltr" className="min-w-0 grow py-1 font-mono text-12 break-all select-all">
          {value}
        </code>
        <CopyButton text={value} />
      </div>
      {hint && <p className="text-12 text-muted">{hint}</p>}
    </div>
  );
}
