import { useTranslation } from "react-i18next";
import { useFormat } from "@/i18n/useFormat";
import { memberName, usePane } from "../../pane";
import type { BodyProps } from "../body";

/** One line of the conversation's history. */
export function EventBody({ message: { event, author, type } }: BodyProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { members, me } = usePane();
  if (!event) return null;
  const actor =
    author.id === me.id
      ? t("conversation.you")
      : author.name || memberName(members, author.id) || t("conversation.somebody");
  const old = event.old ?? "";
  const next = event.new ?? "";
  switch (event.kind) {
    case "assigned": {
      if (event.member_id === author.id) return t("conversation.event.taken", { actor });
      const member =
        event.member_id === me.id
          ? t("conversation.you_object")
          : memberName(members, event.member_id) || t("conversation.somebody");
      return t("conversation.event.assigned", { actor, member });
    }
    case "unassigned":
      return t("conversation.event.unassigned", { actor });
    case "closed":
      return t("conversation.event.closed", { actor });
    case "reopened":
      return t("conversation.event.reopened", { actor });
    case "snoozed":
      return event.until
        ? t("conversation.event.snoozed_until", {
            actor,
            time: format.moment(Date.parse(event.until)),
          })
        : t("conversation.event.snoozed", { actor });
    case "woken":
      return t("conversation.event.woken");
    case "no_reply_needed":
      return t("conversation.event.no_reply_needed", { actor });
    case "needs_reply":
      return t("conversation.event.needs_reply", { actor });
    case "number_changed":
      return t("conversation.event.number_changed", { old, new: next });
    case "user_id_changed":
      return t("conversation.event.user_id_changed");
    case "identity_changed":
      return t("conversation.event.identity_changed");
    default:
      return t("conversation.unsupported_named", { type: event.kind || type });
  }
}
