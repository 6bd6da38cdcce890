import { Plus } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { cx } from "@/ui/cx";
import { IconButton } from "@/ui/IconButton";
import { Spinner } from "@/ui/Spinner";

const EmojiPicker = lazy(() => import("../composer/EmojiPicker"));

const QUICK = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

export type ReactionPickerProps = { chosen: string; onChoose: (emoji: string) => void };

/** The six that everybody uses, and all others behind a plus. Choosing the chosen one takes it back. */
export function ReactionPicker({ chosen, onChoose }: ReactionPickerProps) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  if (all) {
    return (
      <Suspense fallback={<Spinner />}>
        <EmojiPicker onChoose={onChoose} />
      </Suspense>
    );
  }
  const shown = chosen && !QUICK.includes(chosen) ? [chosen, ...QUICK.slice(1)] : QUICK;
  return (
    <div className="flex items-center gap-0.5">
      {shown.map((emoji) => (
        <button
          key={emoji}
          type="button"
          aria-pressed={emoji === chosen}
          aria-label={emoji}
          onClick={() => onChoose(emoji)}
          className={cx(
            "inline-flex size-9 items-center justify-center rounded-full text-20",
            emoji === chosen ? "bg-selected" : "hover:bg-hover",
          )}
        >
          {emoji}
        </button>
      ))}
      <IconButton icon={Plus} label={t("conversation.more_emojis")} onClick={() => setAll(true)} />
    </div>
  );
}
