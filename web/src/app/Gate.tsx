import type { ReactNode } from "react";
import { Logo } from "./Logo";
import { useTitle } from "./title";

/** The frame of the pages before the app: sign-in and first run. */
export function Gate({
  title,
  text,
  children,
}: {
  title: string;
  text?: string;
  children: ReactNode;
}) {
  useTitle(title);
  return (
    <main className="flex min-h-full flex-col items-center justify-center overflow-auto bg-canvas p-4">
      <div className="w-full max-w-sm">
        <div className="flex flex-col items-center gap-3 pb-6 text-center">
          <Logo size={44} />
          <h1 className="text-20 font-semibold">{title}</h1>
          {text && <p className="text-13 text-muted">{text}</p>}
        </div>
        <div className="rounded-12 border border-line bg-surface p-6">{children}</div>
      </div>
    </main>
  );
}
