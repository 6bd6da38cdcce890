import { EmojiPicker as Frimousse } from "frimousse";
import type { ComponentProps } from "react";
import { useTranslation } from "react-i18next";
import { isLanguage } from "@/i18n/languages";
import { loadEmojis } from "./emojis";

/** All emojis, searched in the member's language. Loaded when it is first opened; its data are our own files. */
export default function EmojiPicker({ onChoose }: { onChoose: (emoji: string) => void }) {
  const { t, i18n } = useTranslation();
  const language = isLanguage(i18n.language) ? i18n.language : "en";
  return (
    <Frimousse.Root
      locale={language}
      resolveEmojiData={() => loadEmojis(language)}
      columns={8}
      onEmojiSelect={({ emoji }) => onChoose(emoji)}
      className="isolate flex h-80 w-76 flex-col"
    >
      <Frimousse.Search
        aria-label={t("conversation.search_emojis")}
        placeholder={t("conversation.search_emojis")}
        className="h-control shrink-0 rounded-6 border border-edge bg-surface px-2.5 text-14 text-ink placeholder:text-faint focus-visible:border-accent-ink focus-visible:outline-1 focus-visible:outline-offset-0 [&::-webkit-search-cancel-button]:hidden"
      />
      <Frimousse.Viewport tabIndex={0} className="focus-inset relative mt-2 min-h-0 grow">
        <Frimousse.Loading className="absolute inset-0 flex items-center justify-center text-13 text-muted">
          {t("ui.loading")}
        </Frimousse.Loading>
        <Frimousse.Empty className="absolute inset-0 flex items-center justify-center text-13 text-muted">
          {t("conversation.no_emoji")}
        </Frimousse.Empty>
        <Frimousse.List className="select-none" components={PARTS} />
      </Frimousse.Viewport>
    </Frimousse.Root>
  );
}

const counted = (what: "row" | "col", index: number | undefined) =>
  index === undefined ? {} : { [`aria-${what}index`]: index + 1 };

type Parts = NonNullable<ComponentProps<typeof Frimousse.List>["components"]>;

const PARTS: Parts = {
  CategoryHeader({ category, ...props }) {
    return (
      <div
        {...props}
        className="bg-raised px-1 py-1 text-12 font-medium text-muted first-letter:uppercase"
      >
        {category.label}
      </div>
    );
  },
  // The library counts from 0; ARIA counts from 1.
  Row({ "aria-rowindex": index, ...props }) {
    return <div {...props} {...counted("row", index)} className="flex" />;
  },
  Emoji({ emoji, "aria-colindex": index, ...props }) {
    return (
      <button
        {...props}
        {...counted("col", index)}
        type="button"
        aria-label={emoji.label}
        className="flex size-9 items-center justify-center rounded-6 text-20 data-[active]:bg-hover"
      >
        {emoji.emoji}
      </button>
    );
  },
};
