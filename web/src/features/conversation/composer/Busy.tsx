import { useTranslation } from "react-i18next";
import { useTyping, useViewing } from "@/realtime/live";
import { memberName, usePane } from "../pane";

/** Which colleague is answering right now, so that two do not. */
export function Busy() {
  const { t } = useTranslation();
  const { conversation, members, me } = usePane();
  const typing = useTyping(conversation.id);
  const viewing = useViewing(conversation.id);
  const ids = new Set([
    ...typing.map(({ member_id }) => member_id),
    ...viewing.filter((viewer) => viewer.typing).map(({ id }) => id),
  ]);
  const names = [...ids]
    .filter((id) => id !== null && id !== me.id)
    .map((id) => memberName(members, id) || t("conversation.somebody"));
  return (
    <p aria-live="polite" className="min-w-0 truncate text-12 font-medium text-warn">
      {names.length > 0 &&
        t("conversation.answering", { count: names.length, names: names.join(", ") })}
    </p>
  );
}
