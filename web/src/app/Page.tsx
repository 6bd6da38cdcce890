import type { ReactNode } from "react";
import { useTitle } from "./title";

export type PageProps = {
  title: string;
  /** Buttons at the end of the bar. */
  actions?: ReactNode;
  children: ReactNode;
};

/** A screen of the shell: the bar with its name, and below it what it is for. */
export function Page({ title, actions, children }: PageProps) {
  useTitle(title);
  return (
    <main className="flex min-h-0 min-w-0 grow flex-col bg-surface">
      <header className="flex h-12 shrink-0 items-center justify-between gap-3 border-b border-line px-4">
        <h1 className="truncate text-14 font-semibold">{title}</h1>
        {actions && <div className="flex items-center gap-1">{actions}</div>}
      </header>
      {children}
    </main>
  );
}
