import i18next from "i18next";
import { expect, test } from "vitest";
import en from "./en";
import { LANGUAGES, pickLanguage, regionalTag } from "./languages";
import ptBR from "./pt-BR";
import sk from "./sk";

async function translator(language: string) {
  const i18n = i18next.createInstance();
  await i18n.init({
    lng: language,
    fallbackLng: false,
    nsSeparator: false,
    resources: {
      en: { translation: en },
      sk: { translation: sk },
      "pt-BR": { translation: ptBR },
    },
  });
  return i18n.t;
}

test.each([
  ["en", 1, "1 unread message"],
  ["en", 5, "5 unread messages"],
  ["sk", 1, "1 neprečítaná správa"],
  ["sk", 3, "3 neprečítané správy"],
  ["sk", 5, "5 neprečítaných správ"],
  ["sk", 1.5, "1.5 neprečítanej správy"],
  ["pt-BR", 1, "1 mensagem não lida"],
  ["pt-BR", 2, "2 mensagens não lidas"],
  ["pt-BR", 1_000_000, "1000000 de mensagens não lidas"],
])("%s counts %d as %s", async (language, count, want) => {
  const t = await translator(language);
  expect(t("chats.unread", { count })).toBe(want);
});

test.each([
  [null, ["de", "sk-SK"], "sk"],
  [null, ["pt-PT"], "pt-BR"],
  [null, ["EN-us"], "en"],
  [null, ["de"], "en"],
  ["pt-BR", ["sk"], "pt-BR"],
  ["xx", ["sk"], "sk"],
])("setting %s with browser %s is %s", (setting, wishes, want) => {
  expect(pickLanguage(setting, wishes)).toBe(want);
});

test("each language is listed once", () => {
  expect(new Set(LANGUAGES.map(({ code }) => code)).size).toBe(LANGUAGES.length);
});

test.each([
  ["en", ["sk", "en-GB", "en-US"], "en-GB"],
  ["en", ["en"], "en"],
  ["sk", ["en-GB"], "sk"],
  ["pt-BR", ["pt-PT"], "pt-PT"],
])("dates of %s for a reader of %s are written as in %s", (language, wishes, want) => {
  expect(regionalTag(language, wishes)).toBe(want);
});
