import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

export type EmptyStateProps = {
  icon: LucideIcon;
  title: string;
  /** Why it is empty, or what would fill it. */
  text?: string;
  action?: ReactNode;
};

export function EmptyState({ icon: Icon, title, text, action }: EmptyStateProps) {
  return (
    <div className="flex grow flex-col items-center justify-center gap-2 p-8 text-center">
      <Icon aria-hidden className="size-8 text-faint" strokeWidth={1.5} />
      <h2 className="text-14 font-semibold">{title}</h2>
      {text && <p className="max-w-80 text-13 text-muted">{text}</p>}
      {action && <div className="pt-2">{action}</div>}
    </div>
  );
}
