import type { EmojiPicker } from "frimousse";
import type { ComponentProps } from "react";
import type { Language } from "@/i18n/languages";
import type { EmojiModule } from "./emojiData";

type Resolver = NonNullable<ComponentProps<typeof EmojiPicker.Root>["resolveEmojiData"]>;
type EmojiData = Awaited<ReturnType<Resolver>>;

const modules: Record<Language, () => Promise<{ default: EmojiModule }>> = {
  en: () => import("virtual:emojis/en"),
  sk: () => import("virtual:emojis/sk"),
  "pt-BR": () => import("virtual:emojis/pt-BR"),
};

/** The emojis with their names in one language, in the picker's form. */
export async function loadEmojis(language: Language): Promise<EmojiData> {
  const { groups, emojis } = (await modules[language]()).default;
  return {
    locale: language,
    categories: groups.map(([index, label]) => ({ index, label })),
    emojis: emojis.map(([emoji, category, label, tags]) => ({
      emoji,
      category,
      label,
      version: 1,
      tags: tags.split("|"),
    })),
    // Tones are not offered: a reply is no place to choose a skin.
    skinTones: { light: "", "medium-light": "", medium: "", "medium-dark": "", dark: "" },
  };
}
