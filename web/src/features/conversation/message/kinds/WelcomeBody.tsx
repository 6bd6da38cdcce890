import { useTranslation } from "react-i18next";

/** The customer opened the chat for the first time and has not written yet. */
export function WelcomeBody() {
  const { t } = useTranslation();
  return <span>{t("conversation.welcome")}</span>;
}
