import { useTranslation } from "react-i18next";
import { useViewing } from "@/realtime/live";
import { Avatar } from "@/ui/Avatar";
import { memberName, usePane } from "../pane";

const MOST = 3;

/** Which colleagues have the conversation open too. */
export function Onlookers() {
  const { t } = useTranslation();
  const { conversation, members, me } = usePane();
  const others = useViewing(conversation.id).filter(({ id }) => id !== me.id);
  if (others.length === 0) return null;
  const names = others.map(({ id }) => memberName(members, id) || t("conversation.somebody"));
  const label = t("conversation.looking", { count: names.length, names: names.join(", ") });
  return (
    <span
      role="img"
      aria-label={label}
      title={label}
      className="hidden shrink-0 -space-x-1.5 @md:flex rtl:space-x-reverse"
    >
      {others.slice(0, MOST).map(({ id }, index) => (
        <span key={id} className="rounded-full ring-2 ring-surface">
          <Avatar name={names[index] ?? ""} id={id} size={24} />
        </span>
      ))}
      {others.length > MOST && (
        <span aria-hidden="true" className="ps-2.5 text-12 text-muted">
          {`+${others.length - MOST}`}
        </span>
      )}
    </span>
  );
}
