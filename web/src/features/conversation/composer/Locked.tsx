import { LockKeyhole, StickyNote } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import { CopyButton } from "@/ui/CopyButton";
import { usePane } from "../pane";

export type LockedProps = {
  reason: "never_written" | "window_closed" | "channel_removed";
  /** What had been written; it is kept. */
  text: string;
  onNote: () => void;
};

/** In the place of the field when the customer cannot be answered: why, and what can be done. */
export function Locked({ reason, text, onNote }: LockedProps) {
  const { t } = useTranslation();
  const { conversation } = usePane();
  const name = conversation.participant.name;
  return (
    <div role="status" className="flex flex-col gap-2 p-3 pt-2">
      <p className="flex items-start gap-2 text-13">
        <LockKeyhole aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
        <span className="min-w-0">
          <span className="block font-medium">{t(`conversation.locked.${reason}`)}</span>
          <span className="block text-muted">
            {t(`conversation.locked.${reason}_text`, { name })}
          </span>
        </span>
      </p>
      {text.trim() !== "" && (
        <div className="flex items-start gap-1 rounded-6 bg-sunken px-2 py-1">
          <p
            dir="auto"
            className="line-clamp-3 min-w-0 grow whitespace-pre-wrap break-words text-13 text-muted"
          >
            {text}
          </p>
          <CopyButton text={text} />
        </div>
      )}
      <div>
        <Button icon={StickyNote} onClick={onNote}>
          {t("conversation.locked.write_note")}
        </Button>
      </div>
    </div>
  );
}
