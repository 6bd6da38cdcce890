import { EllipsisVertical, KeyRound, Pencil, UserMinus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/error";
import { useMay, useMe } from "@/api/me";
import { useRemoveMember } from "@/api/members";
import type { Member } from "@/api/types";
import { Confirm } from "@/ui/Confirm";
import { IconButton } from "@/ui/IconButton";
import { Menu, type MenuEntry } from "@/ui/Menu";
import { toast } from "@/ui/Toasts";
import { EditMember } from "./EditMember";
import { NewPassword } from "./NewPassword";

/** What may be done with a member; nothing for those whom one may not change. */
export function MemberMenu({ member }: { member: Member }) {
  const { t } = useTranslation();
  const me = useMe();
  const may = useMay()("members.manage");
  const [open, setOpen] = useState<"edit" | "password" | "remove">();
  const remove = useRemoveMember(member.id);
  if (!may || member.removed || (member.role === "owner" && me.role !== "owner")) return null;
  const { name } = member;
  const close = () => setOpen(undefined);
  const others: MenuEntry[] = [
    {
      kind: "item",
      label: t("settings.member_password"),
      icon: KeyRound,
      onSelect: () => setOpen("password"),
    },
    { kind: "line" },
    {
      kind: "item",
      label: t("settings.member_remove"),
      icon: UserMinus,
      danger: true,
      onSelect: () => setOpen("remove"),
    },
  ];
  return (
    <>
      <Menu
        align="end"
        trigger={
          <IconButton icon={EllipsisVertical} label={t("settings.member_actions", { name })} />
        }
        entries={[
          {
            kind: "item",
            label: t("settings.member_edit"),
            icon: Pencil,
            onSelect: () => setOpen("edit"),
          },
          ...(member.id === me.id ? [] : others),
        ]}
      />
      {open === "edit" && <EditMember member={member} onClose={close} />}
      {open === "password" && <NewPassword member={member} onClose={close} />}
      <Confirm
        open={open === "remove"}
        onClose={close}
        title={t("settings.member_remove_of", { name })}
        text={t("settings.member_remove_text")}
        action={t("settings.member_remove")}
        pending={remove.isPending}
        onConfirm={() =>
          remove.mutate(undefined, {
            onSuccess: () => {
              close();
              toast({ title: t("settings.member_removed", { name }), tone: "good" });
            },
            onError: (error) => toast({ title: errorText(t, error), tone: "bad" }),
          })
        }
      />
    </>
  );
}
