import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

export type LinkButtonProps = {
  icon?: LucideIcon;
  onClick: () => void;
  pending?: boolean;
  children: ReactNode;
};

/** A button within a line of small text. */
export function LinkButton({ icon: Icon, onClick, pending, children }: LinkButtonProps) {
  return (
    <button
      type="button"
      onClick={onClick}
      disabled={pending}
      className="inline-flex min-h-6 items-center gap-1 rounded-4 text-12 font-medium text-accent-ink hover:underline disabled:opacity-50"
    >
      {Icon && <Icon aria-hidden className="size-3.5" />}
      {children}
    </button>
  );
}
