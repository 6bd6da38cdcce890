import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { isLanguage, type Language, pickLanguage } from "./languages";

const catalogues: Record<Language, () => Promise<{ default: Record<string, unknown> }>> = {
  en: () => import("./en"),
  sk: () => import("./sk"),
  "pt-BR": () => import("./pt-BR"),
};

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

async function switchTo(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, "translation")) {
    const { default: catalogue } = await catalogues[language]();
    i18next.addResourceBundle(language, "translation", catalogue);
  }
  if (i18next.language !== language) await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  document.documentElement.dir = i18next.dir(language);
}
