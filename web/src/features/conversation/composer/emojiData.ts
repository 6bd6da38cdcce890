/** One emoji: itself, its group, its name, and other words by which it is found, divided by bars. */
export type EmojiRow = [emoji: string, group: number, label: string, tags: string];

/** What virtual:emojis/<language> holds. */
export type EmojiModule = { groups: [index: number, label: string][]; emojis: EmojiRow[] };
