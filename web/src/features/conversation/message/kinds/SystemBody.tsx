import { useTranslation } from "react-i18next";
import type { BodyProps } from "../body";

/** A line of the provider's own. */
export function SystemBody({ message: { text } }: BodyProps) {
  const { t } = useTranslation();
  return <bdi>{text || t("conversation.type.system")}</bdi>;
}
