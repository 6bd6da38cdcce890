import { createRequire } from "node:module";
import type { Plugin } from "vite";
import type { EmojiModule } from "./src/features/conversation/composer/emojiData.ts";

/*
 * The emojis that the picker offers, as one small module per language: virtual:emojis/en and so on.
 * They are made at build time from Unicode's own data, so that nothing is fetched from elsewhere
 * and nothing generated is kept in the repository.
 */

const read = createRequire(import.meta.url);
const NAME = "virtual:emojis/";
/** What phones of the last years can draw. */
const NEWEST = 15.1;
/** Groups of Emojibase that hold parts of emojis only. */
const PARTS = 2;

type Emoji = {
  emoji: string;
  hexcode: string;
  label: string;
  tags?: string[];
  group?: number;
  order?: number;
  version: number;
};
type Messages = { groups: { key: string; message: string; order: number }[] };
type Annotations = Record<string, { default?: string[]; tts?: string[] }>;

/** Emojibase has no Slovak; Unicode's CLDR, from which it is made, has. */
const SLOVAK_GROUPS: Record<string, string> = {
  "smileys-emotion": "smajlíky a emócie",
  "people-body": "ľudia a telo",
  "animals-nature": "zvieratá a príroda",
  "food-drink": "jedlo a nápoje",
  "travel-places": "cestovanie a miesta",
  activities: "aktivity",
  objects: "predmety",
  symbols: "symboly",
  flags: "vlajky",
};

function build(language: string): EmojiModule {
  const base = language === "pt-BR" ? "pt" : "en";
  const data = read(`emojibase-data/${base}/data.json`) as Emoji[];
  const { groups } = read(`emojibase-data/${base}/messages.json`) as Messages;
  const slovak: Annotations =
    language === "sk"
      ? read("cldr-annotations-full/annotations/sk/annotations.json").annotations.annotations
      : {};
  const shown = data
    .filter(({ group, version }) => group !== undefined && group !== PARTS && version <= NEWEST)
    .sort((a, b) => (a.order ?? 0) - (b.order ?? 0));
  return {
    groups: groups
      .filter(({ order }) => order !== PARTS)
      .map(({ key, order, message }) => [
        order,
        language === "sk" ? (SLOVAK_GROUPS[key] ?? message) : message,
      ]),
    emojis: shown.map(({ emoji, group = 0, label, tags = [] }) => {
      const own = slovak[emoji] ?? slovak[emoji.replaceAll("\ufe0f", "")];
      return [emoji, group, own?.tts?.[0] ?? label, [...(own?.default ?? []), ...tags].join("|")];
    }),
  };
}

export function emojis(): Plugin {
  return {
    name: "emojis",
    resolveId: (id) => (id.startsWith(NAME) ? `\0${id}` : null),
    load: (id) =>
      id.startsWith(`\0${NAME}`)
        ? `export default JSON.parse(${JSON.stringify(JSON.stringify(build(id.slice(NAME.length + 1))))})`
        : null,
  };
}
