import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import type { KeyboardEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "./IconButton";

export type LightboxProps = {
  title: string;
  caption?: string;
  /** Buttons beside the title. */
  actions?: ReactNode;
  onClose: () => void;
  onKeyDown?: (event: KeyboardEvent) => void;
  /** What is looked at; it fits itself into the room there is. */
  children: ReactNode;
};

/** Something to look at that takes the whole screen. */
export function Lightbox({ title, caption, actions, onClose, onKeyDown, children }: LightboxProps) {
  const { t } = useTranslation();
  return (
    <Base.Root open onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Popup
          onKeyDown={onKeyDown}
          className="fixed inset-0 z-dialog flex flex-col bg-canvas outline-none"
        >
          <header className="flex h-12 shrink-0 items-center gap-1 ps-4 pe-2">
            <Base.Title className="min-w-0 grow truncate text-13 text-muted">{title}</Base.Title>
            {actions}
            <Base.Close render={<IconButton icon={X} label={t("ui.close")} />} />
          </header>
          <div className="flex min-h-0 grow items-center justify-center px-4 pb-4">{children}</div>
          {caption && (
            <p dir="auto" className="max-h-24 shrink-0 overflow-auto px-4 pb-4 text-center text-14">
              {caption}
            </p>
          )}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
