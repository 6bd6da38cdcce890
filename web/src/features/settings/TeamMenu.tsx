import { EllipsisVertical, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/error";
import { useMay } from "@/api/me";
import { useDeleteTeam } from "@/api/teams";
import type { Team } from "@/api/types";
import { Confirm } from "@/ui/Confirm";
import { IconButton } from "@/ui/IconButton";
import { Menu } from "@/ui/Menu";
import { toast } from "@/ui/Toasts";
import { TeamDialog } from "./TeamDialog";

export function TeamMenu({ team }: { team: Team }) {
  const { t } = useTranslation();
  const may = useMay()("members.manage");
  const [open, setOpen] = useState<"edit" | "delete">();
  const remove = useDeleteTeam(team.id);
  if (!may) return null;
  const { name } = team;
  const close = () => setOpen(undefined);
  return (
    <>
      <Menu
        align="end"
        trigger={
          <IconButton icon={EllipsisVertical} label={t("settings.team_actions", { name })} />
        }
        entries={[
          {
            kind: "item",
            label: t("settings.team_edit"),
            icon: Pencil,
            onSelect: () => setOpen("edit"),
          },
          { kind: "line" },
          {
            kind: "item",
            label: t("settings.team_delete"),
            icon: Trash2,
            danger: true,
            onSelect: () => setOpen("delete"),
          },
        ]}
      />
      {open === "edit" && <TeamDialog team={team} onClose={close} />}
      <Confirm
        open={open === "delete"}
        onClose={close}
        title={t("settings.team_delete_of", { name })}
        text={t("settings.team_delete_text")}
        action={t("settings.team_delete")}
        pending={remove.isPending}
        onConfirm={() =>
          remove.mutate(undefined, {
            onSuccess: () => {
              close();
              toast({ title: t("settings.team_deleted", { name }), tone: "good" });
            },
            onError: (error) => toast({ title: errorText(t, error), tone: "bad" }),
          })
        }
      />
    </>
  );
}
