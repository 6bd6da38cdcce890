import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/me";
import { membersQuery } from "@/api/members";
import { usePresences } from "@/realtime/live";
import { Avatar } from "@/ui/Avatar";
import { present } from "./present";

const MOST = 5;

/** Who else is here now: faces above one's own, in the rail. */
export function Colleagues() {
  const { t } = useTranslation();
  const me = useMe();
  const { data: members } = useQuery(membersQuery());
  const here = present(members?.items ?? [], usePresences(), me.id);
  if (here.length === 0) return null;
  const more = here.length - MOST;
  return (
    <ul
      aria-label={t("app.colleagues")}
      className="hidden flex-col items-center gap-2 pb-2 wide:flex"
    >
      {here.slice(0, MOST).map(({ id, name, state }) => {
        const text = t(`app.${state}_of`, { name });
        return (
          <li key={id} title={text} className="flex">
            <span className="sr-only">{text}</span>
            <Avatar name={name} id={id} size={24} presence={state} />
          </li>
        );
      })}
      {more > 0 && (
        <li
          title={here
            .slice(MOST)
            .map(({ name }) => name)
            .join(", ")}
          className="text-12 text-muted"
        >
          {t("app.more_colleagues", { number: more })}
        </li>
      )}
    </ul>
  );
}
