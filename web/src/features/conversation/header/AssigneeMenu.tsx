import { ChevronDown, UserRound } from "lucide-react";
import { useTranslation } from "react-i18next";
import { menuEntries } from "@/actions/ActionButton";
import { useChangeConversation } from "@/api/conversations";
import { errorText } from "@/api/error";
import { Avatar } from "@/ui/Avatar";
import { cx } from "@/ui/cx";
import { Menu, type MenuEntry } from "@/ui/Menu";
import { toast } from "@/ui/Toasts";
import { Tooltip } from "@/ui/Tooltip";
import { memberName, usePane } from "../pane";
import type { ConversationActions } from "./actions";

const NOBODY = "nobody";

/** The choice of who answers, as a menu's entry. */
function useAssigneeChoice(): Extract<MenuEntry, { kind: "choice" }> {
  const { t } = useTranslation();
  const { conversation, members, me } = usePane();
  const change = useChangeConversation(conversation.id);
  const { assignee_id } = conversation;
  const there = members.filter(({ id, removed }) => !removed || id === assignee_id);
  return {
    kind: "choice",
    label: t("conversation.assign_to"),
    closes: true,
    value: assignee_id ?? NOBODY,
    options: [
      { value: NOBODY, label: t("conversation.nobody") },
      ...there.map(({ id, name }) => ({
        value: id,
        label: id === me.id ? t("conversation.me", { name }) : name,
      })),
    ],
    onChange: (value) =>
      change.mutate(
        { kind: "assign", member_id: value === NOBODY ? null : value },
        { onError: (error) => toast({ title: errorText(t, error), tone: "bad" }) },
      ),
  };
}

export type AssigneeMenuProps = Pick<ConversationActions, "takeIt"> & {
  /** There is room for the name; else the face says it, and the tooltip. */
  named: boolean;
  open: boolean;
  onOpenChange: (open: boolean) => void;
};

/** Who answers, and behind it the choice of somebody else. */
export function AssigneeMenu({ takeIt, named, open, onOpenChange }: AssigneeMenuProps) {
  const { t } = useTranslation();
  const { conversation, members, me, mayManage } = usePane();
  const choice = useAssigneeChoice();
  const { assignee_id } = conversation;
  const full = memberName(members, assignee_id);
  const name =
    assignee_id === null
      ? t("conversation.unassigned")
      : assignee_id === me.id
        ? t("conversation.you")
        : full;
  return (
    <Menu
      align="end"
      open={open}
      onOpenChange={onOpenChange}
      entries={[...menuEntries([takeIt], t), choice]}
      trigger={
        <Tooltip text={t("conversation.assignee", { name })} disabled={named}>
          <button
            type="button"
            disabled={!mayManage}
            aria-label={t("conversation.assignee", { name })}
            className={cx(
              "inline-flex h-control shrink-0 items-center gap-1.5 rounded-6 px-2 text-13 hover:bg-hover disabled:hover:bg-transparent",
              named && "max-w-44",
            )}
          >
            {assignee_id === null ? (
              <UserRound aria-hidden className="size-4 shrink-0 text-muted" />
            ) : (
              <Avatar name={full || name} id={assignee_id} size={20} />
            )}
            {named && <bdi className="truncate">{name}</bdi>}
            {named && mayManage && (
              <ChevronDown aria-hidden className="size-3.5 shrink-0 text-faint" />
            )}
          </button>
        </Tooltip>
      }
    />
  );
}
