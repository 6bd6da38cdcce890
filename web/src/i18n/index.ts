import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { isLanguage, type Language, pickLanguage } from "./languages";

const catalogues: Record<Language, () => Promise<{ default: Strings }>> = {
  en: () => import("./en"),
  sk: () => import("./sk"),
  "pt-BR": () => import("./pt-BR"),
};

/** Parts of a catalogue that only some screens need. */
export type Section = "conversation" | "demo" | "settings";

type Strings = Record<string, unknown>;

const sections = import.meta.glob<Strings>("./*/{conversation,demo,settings}.json", {
  import: "default",
});
const wanted = new Set<Section>();

const LAST = "parley.language";

function remembered(): string | null {
  try {
    return localStorage.getItem(LAST);
  } catch {
    return null;
  }
}

/** Starts with the language used last on this machine, else the browser's. Only that catalogue is loaded. */
export async function startI18n(): Promise<void> {
  await i18next.use(initReactI18next).init({
    resources: {},
    fallbackLng: false,
    keySeparator: ".",
    nsSeparator: false,
    interpolation: { escapeValue: false },
    returnNull: false,
    react: { useSuspense: false },
  });
  await switchTo(pickLanguage(remembered(), navigator.languages));
}

/** Changes the language to the member's setting; null follows the browser. */
export async function setLanguage(setting: string | null): Promise<void> {
  try {
    if (isLanguage(setting)) localStorage.setItem(LAST, setting);
    else localStorage.removeItem(LAST);
  } catch {
    // Without storage the sign-in page speaks the browser's language.
  }
  await switchTo(pickLanguage(setting, navigator.languages));
}

/** A part of the app together with what it says. */
export function withStrings<T>(section: Section, load: () => Promise<T>): () => Promise<T> {
  return async () => {
    const [part] = await Promise.all([load(), loadStrings(section)]);
    return part;
  };
}

/** Fetches a section in the present language, and from now on with every other. */
export function loadStrings(section: Section): Promise<void> {
  wanted.add(section);
  return add(i18next.language, section);
}

async function add(language: string, section: Section): Promise<void> {
  if (i18next.getResource(language, "translation", section)) return;
  const strings = await sections[`./${language}/${section}.json`]?.();
  i18next.addResourceBundle(language, "translation", { [section]: strings }, true);
}

async function addFirst(language: Language): Promise<void> {
  if (i18next.getResource(language, "translation", "app")) return;
  const { default: catalogue } = await catalogues[language]();
  i18next.addResourceBundle(language, "translation", catalogue, true);
}

async function switchTo(language: Language): Promise<void> {
  await Promise.all([addFirst(language), ...[...wanted].map((section) => add(language, section))]);
  if (i18next.language !== language) await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  document.documentElement.dir = i18next.dir(language);
}
