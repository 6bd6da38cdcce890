import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/error";
import { useMe } from "@/api/me";
import { useUpdateMember } from "@/api/members";
import { generalProblem } from "@/api/problem";
import type { Member } from "@/api/types";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { formText } from "@/ui/formText";
import { Notice } from "@/ui/Notice";
import { Select } from "@/ui/Select";
import { TextField } from "@/ui/TextField";
import { toast } from "@/ui/Toasts";
import { rolesFor } from "./roles";

export function EditMember({ member, onClose }: { member: Member; onClose: () => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const update = useUpdateMember(member.id);
  const [role, setRole] = useState(member.role);
  const problem = update.error instanceof ApiError ? update.error : undefined;
  const general = generalProblem(t, update.error, ["name"]);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t("settings.member_edit_of", { name: member.name })}
    >
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          update.mutate(
            { name: formText(event.currentTarget)("name").trim(), role },
            {
              onSuccess: ({ name }) => {
                toast({ title: t("settings.member_saved", { name }), tone: "good" });
                onClose();
              },
            },
          );
        }}
      >
        {general && <Notice tone="bad">{general}</Notice>}
        <TextField
          name="name"
          label={t("settings.member_name")}
          defaultValue={member.name}
          error={problem?.field("name")}
          autoComplete="off"
          autoFocus
          required
        />
        <Select
          label={t("settings.role_label")}
          hint={t(`settings.role_hint.${role}`)}
          options={rolesFor(me.role).map((value) => ({
            value,
            label: t(`settings.role.${value}`),
          }))}
          value={role}
          onChange={setRole}
        />
        <Button type="submit" tone="primary" wide pending={update.isPending}>
          {t("settings.save")}
        </Button>
      </form>
    </Dialog>
  );
}
