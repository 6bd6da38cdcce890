import { useTranslation } from "react-i18next";
import type { BodyProps } from "../body";

/** A reaction of ours that did not arrive; the others are shown on their messages. */
export function ReactionBody({ message: { reaction } }: BodyProps) {
  const { t } = useTranslation();
  return (
    <p>
      {reaction?.emoji
        ? t("conversation.reaction_failed", { emoji: reaction.emoji })
        : t("conversation.reaction_removal_failed")}
    </p>
  );
}
