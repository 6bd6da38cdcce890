import type { ReactNode } from "react";

/** A part of a settings page under its own heading. */
export function Section({
  title,
  text,
  children,
}: {
  title: string;
  text?: string;
  children: ReactNode;
}) {
  return (
    <section className="flex flex-col gap-4 border-b border-line py-6 first:pt-0 last:border-b-0">
      <header>
        <h2 className="text-16 font-semibold">{title}</h2>
        {text && <p className="text-13 text-muted">{text}</p>}
      </header>
      {children}
    </section>
  );
}
