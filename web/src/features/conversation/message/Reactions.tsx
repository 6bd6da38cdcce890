import { useTranslation } from "react-i18next";
import type { Message } from "@/api/types";
import { usePane } from "../pane";

/** The emojis on a message, at its lower edge. */
export function Reactions({ message: { reactions } }: { message: Message }) {
  const { t } = useTranslation();
  const { conversation } = usePane();
  const { contact, business } = reactions;
  if (!contact && !business) return null;
  const customer = conversation.participant.name;
  const label = [
    contact && t("conversation.reacted", { name: customer, emoji: contact }),
    business && t("conversation.we_reacted", { emoji: business }),
  ]
    .filter(Boolean)
    .join(" ");
  return (
    <span
      role="img"
      aria-label={label}
      title={label}
      className="-mt-1.5 ms-2 inline-flex h-6 items-center gap-0.5 rounded-full border border-line bg-raised px-1.5 text-14"
    >
      {contact && <span aria-hidden="true">{contact}</span>}
      {business && (
        <span aria-hidden="true" className="rounded-full bg-selected px-0.5">
          {business}
        </span>
      )}
    </span>
  );
}
