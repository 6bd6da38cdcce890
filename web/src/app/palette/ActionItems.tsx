import { useRouter } from "@tanstack/react-router";
import { CircleDot } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Action, ActionGroup } from "@/actions/action";
import { useVisibleActions } from "@/actions/hooks";
import { useMay } from "@/api/me";
import { sectionsFor } from "@/features/settings";
import { matches } from "@/ui/fold";
import { Kbd } from "@/ui/Kbd";
import { Group, Item } from "./Item";

export type ActionItemsProps = { groups: readonly ActionGroup[]; query: string };

/** The actions that are visible now and have what was typed in their name. */
export function ActionItems({ groups, query }: ActionItemsProps) {
  const { t } = useTranslation();
  const all = [...useVisibleActions(), ...useSettingsActions()].filter(
    ({ id }) => id !== "palette",
  );
  return groups.map((group) => {
    const actions = all.filter(
      (action) =>
        action.group === group && matches(`${action.name(t)} ${action.keywords?.(t) ?? ""}`, query),
    );
    return actions.length === 0 ? null : (
      <Group key={group} heading={t(`actions.group.${group}`)}>
        {actions.map((action) => {
          const Icon = action.icon ?? CircleDot;
          return (
            <Item key={action.id} id={action.id} onSelect={action.perform}>
              <Icon aria-hidden className="size-4 shrink-0 text-muted" />
              <span className="grow truncate">{action.name(t)}</span>
              {action.shortcut && <Kbd keys={action.shortcut} />}
            </Item>
          );
        })}
      </Group>
    );
  });
}

/** The ways to the sections of the settings; made only when the palette is open. */
function useSettingsActions(): Action[] {
  const router = useRouter();
  const may = useMay();
  return sectionsFor(null, may).map(({ to, icon, label }) => ({
    id: `settings ${to}`,
    group: "go",
    name: (t) => t("actions.go_to_settings", { section: t(label) }),
    icon,
    perform: () => void router.navigate({ to }),
  }));
}
