import { useRouter } from "@tanstack/react-router";
import { CircleDot } from "lucide-react";
import { useTranslation } from "react-i18next";
import { type Action, type ActionGroup, isVisible } from "@/actions/action";
import { useVisibleActions } from "@/actions/hooks";
import { useMay } from "@/api/me";
import { sectionsFor, useSettingsCommands } from "@/features/settings";
import { matches } from "@/ui/fold";
import { Kbd } from "@/ui/Kbd";
import { Group, Item } from "./Item";

export type ActionItemsProps = { groups: readonly ActionGroup[]; query: string };

/** The actions that are visible now and have what was typed in their name. */
export function ActionItems({ groups, query }: ActionItemsProps) {
  const { t } = useTranslation();
  const all = [...useVisibleActions(), ...useSettingsActions()].filter(({ keyOnly }) => !keyOnly);
  return groups.map((group) => {
    const actions = all
      .filter(
        (action) =>
          action.group === group &&
          matches(`${action.name(t)} ${action.keywords?.(t) ?? ""}`, query),
      )
      .toSorted(keysFirst);
    return actions.length === 0 ? null : (
      <Group key={group} heading={t(`actions.group.${group}`)}>
        {actions.map((action) => {
          const Icon = action.icon ?? CircleDot;
          return (
            <Item key={action.id} id={action.id} onSelect={action.perform}>
              <Icon aria-hidden className="size-4 shrink-0 text-muted" />
              <span className="grow truncate">{action.name(t)}</span>
              {action.shortcut && (
                <span className="flex pointer-coarse:hidden">
                  <Kbd keys={action.shortcut} />
                </span>
              )}
            </Item>
          );
        })}
      </Group>
    );
  });
}

/** What has a key is done often. */
const keysFirst = (a: Action, b: Action) => Number(!a.shortcut) - Number(!b.shortcut);

/** What can be made in the settings, and the ways to their sections; made only when the palette is open. */
function useSettingsActions(): Action[] {
  const router = useRouter();
  const may = useMay();
  const commands = useSettingsCommands();
  const sections = sectionsFor(null, may).map(
    ({ to, icon, label }): Action => ({
      id: `settings ${to}`,
      group: "go",
      name: (t) => t("actions.go_to_settings", { section: t(label) }),
      icon,
      perform: () => void router.navigate({ to }),
    }),
  );
  return [...Object.values(commands).filter(isVisible), ...sections];
}
