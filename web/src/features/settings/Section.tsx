import type { ReactNode } from "react";

/** A part of a settings page under its own heading, with a sentence on what it does. */
export function Section({
  title,
  text,
  action,
  children,
}: {
  title: string;
  text?: string;
  /** The button for the one thing that is made here. */
  action?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="flex flex-col gap-4 border-b border-line py-6 first:pt-0 last:border-b-0">
      <header className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div className="min-w-0 max-w-prose grow basis-64">
          <h2 className="text-16 font-semibold">{title}</h2>
          {text && <p className="text-13 text-muted">{text}</p>}
        </div>
        {action}
      </header>
      {children}
    </section>
  );
}
