import { useTranslation } from "react-i18next";
import { type Format, formatFor } from "./format";
import { regionalTag } from "./languages";

/** Dates and numbers in the app's language, with the habits of the reader's region. */
export function useFormat(): Format {
  const { i18n } = useTranslation();
  return formatFor(regionalTag(i18n.language, navigator.languages));
}
