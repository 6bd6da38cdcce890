import { Command } from "cmdk";
import { CircleDot, Search } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Action, ActionGroup } from "@/actions/action";
import { useVisibleActions } from "@/actions/hooks";
import { Dialog } from "@/ui/Dialog";
import { Kbd } from "@/ui/Kbd";
import { setOverlay } from "./overlay";

const GROUPS: readonly ActionGroup[] = ["conversation", "go", "act", "appearance"];

/** Ctrl/Cmd-K: every action that is visible now, by typing a part of its name. */
export default function Palette() {
  const { t } = useTranslation();
  const actions = useVisibleActions().filter(({ id }) => id !== "palette");
  const run = (action: Action) => {
    setOverlay(null);
    action.perform();
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && setOverlay(null)}
      title={t("actions.palette")}
      bare
      size="medium"
    >
      <Command loop label={t("actions.palette")} className="flex flex-col">
        <div className="flex items-center gap-2 border-b border-line px-4">
          <Search aria-hidden className="size-4 shrink-0 text-faint" />
          <Command.Input
            autoFocus
            placeholder={t("actions.palette_placeholder")}
            className="h-12 grow bg-transparent text-16 outline-none placeholder:text-faint"
          />
        </div>
        <Command.List
          label={t("actions.palette")}
          className="max-h-[50vh] scroll-py-2 overflow-auto p-2"
        >
          <Command.Empty className="p-6 text-center text-13 text-muted">
            {t("actions.palette_empty")}
          </Command.Empty>
          {GROUPS.map((group) => {
            const inGroup = actions.filter((action) => action.group === group);
            return inGroup.length === 0 ? null : (
              <Command.Group
                key={group}
                heading={t(`actions.group.${group}`)}
                className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1 [&_[cmdk-group-heading]]:text-12 [&_[cmdk-group-heading]]:text-muted"
              >
                {inGroup.map((action) => {
                  const Icon = action.icon ?? CircleDot;
                  return (
                    <Command.Item
                      key={action.id}
                      value={action.id}
                      keywords={[action.name(t), action.keywords?.(t) ?? ""]}
                      onSelect={() => run(action)}
                      className="flex h-9 items-center gap-3 rounded-6 px-2 text-14 data-[selected=true]:bg-hover"
                    >
                      <Icon aria-hidden className="size-4 text-muted" />
                      <span className="grow truncate">{action.name(t)}</span>
                      {action.shortcut && <Kbd keys={action.shortcut} />}
                    </Command.Item>
                  );
                })}
              </Command.Group>
            );
          })}
        </Command.List>
      </Command>
    </Dialog>
  );
}
