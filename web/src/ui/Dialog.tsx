import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { cx } from "./cx";
import { IconButton } from "./IconButton";

export type DialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  /** Keeps the title for screen readers only and drops the close button; for palettes. */
  bare?: boolean;
  description?: string;
  /** A click beside it does not close it; for what cannot be called up again. */
  firm?: boolean;
  size?: "small" | "medium" | "large";
  /** Only to be read: nothing in it takes the focus, so the scroller does. */
  reading?: boolean;
  /** Buttons at the foot, the main one last. */
  footer?: ReactNode;
  children?: ReactNode;
};

const SIZES = { small: "max-w-sm", medium: "max-w-xl", large: "max-w-3xl" };

export function Dialog({
  open,
  onOpenChange,
  title,
  bare,
  description,
  firm,
  size = "small",
  reading,
  footer,
  children,
}: DialogProps) {
  const { t } = useTranslation();
  return (
    <Base.Root open={open} onOpenChange={onOpenChange} disablePointerDismissal={firm}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-dialog bg-scrim transition-opacity duration-100 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Viewport className="fixed inset-0 z-dialog flex items-start justify-center p-4 pt-[10vh]">
          <Base.Popup
            className={cx(
              "flex max-h-[80vh] w-full flex-col overflow-hidden rounded-12 bg-raised shadow-raised outline-none transition-[opacity,scale] duration-100 ease-out data-ending-style:opacity-0 data-starting-style:scale-97 data-starting-style:opacity-0",
              SIZES[size],
            )}
          >
            {bare ? (
              <Base.Title className="sr-only">{title}</Base.Title>
            ) : (
              <header className="flex items-center justify-between gap-2 py-3 ps-4 pe-2">
                <Base.Title className="text-16 font-semibold">{title}</Base.Title>
                <Base.Close
                  render={<IconButton icon={X} label={t("ui.close")} tooltip={false} />}
                />
              </header>
            )}
            {description && (
              <Base.Description className="px-4 pb-4 text-13 text-muted">
                {description}
              </Base.Description>
            )}
            {children && (
              <div
                tabIndex={reading ? 0 : undefined}
                className={cx("min-h-0 overflow-auto", !bare && "px-4 pb-4")}
              >
                {children}
              </div>
            )}
            {footer && (
              <footer className="flex flex-wrap justify-end gap-2 border-t border-line bg-canvas px-4 py-3">
                {footer}
              </footer>
            )}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}
