import { useTranslation } from "react-i18next";
import type { ActionGroup } from "@/actions/action";
import { useVisibleActions } from "@/actions/hooks";
import { Dialog } from "@/ui/Dialog";
import { Kbd } from "@/ui/Kbd";
import { setOverlay } from "./overlay";

const GROUPS: readonly ActionGroup[] = ["go", "conversation", "act", "appearance"];

/** `?`: which keys do something on this screen. */
export default function KeysDialog() {
  const { t } = useTranslation();
  const actions = useVisibleActions().filter(({ shortcut }) => shortcut !== undefined);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && setOverlay(null)}
      title={t("actions.keys_title")}
      size="medium"
      reading
    >
      <div className="flex flex-col gap-5">
        {GROUPS.map((group) => {
          const inGroup = actions.filter((action) => action.group === group);
          return inGroup.length === 0 ? null : (
            <section key={group}>
              <h3 className="pb-1 text-12 font-medium text-muted">{t(`actions.group.${group}`)}</h3>
              <ul>
                {inGroup.map((action) => (
                  <li
                    key={action.id}
                    className="flex h-9 items-center justify-between gap-4 border-b border-line last:border-b-0"
                  >
                    <span className="truncate">{action.name(t)}</span>
                    <Kbd keys={action.shortcut ?? ""} />
                  </li>
                ))}
              </ul>
            </section>
          );
        })}
      </div>
    </Dialog>
  );
}
