/** The catalogues there are, by BCP 47 tag, named in their own language. */
export const LANGUAGES = [
  { code: "en", name: "English" },
  { code: "sk", name: "Slovenčina" },
  { code: "pt-BR", name: "Português (Brasil)" },
] as const;

export type Language = (typeof LANGUAGES)[number]["code"];

export function isLanguage(tag: string | null | undefined): tag is Language {
  return LANGUAGES.some(({ code }) => code === tag);
}

/** The member's setting, else the first wish of the browser that we have (pt-PT gets pt-BR), else English. */
export function pickLanguage(setting: string | null, wishes: readonly string[]): Language {
  for (const wish of setting ? [setting, ...wishes] : wishes) {
    const exact = LANGUAGES.find(({ code }) => code.toLowerCase() === wish.toLowerCase());
    if (exact) return exact.code;
    const base = wish.split("-")[0]?.toLowerCase();
    const near = LANGUAGES.find(({ code }) => code.split("-")[0] === base);
    if (near) return near.code;
  }
  return "en";
}

/** The browser's own variant of a language: English in Bratislava wants 14:05 and not 2:05 PM. */
export function regionalTag(language: string, wishes: readonly string[]): string {
  const base = language.split("-")[0];
  return wishes.find((wish) => wish !== base && wish.split("-")[0] === base) ?? language;
}
