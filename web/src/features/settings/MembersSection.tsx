import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ActionButton } from "@/actions/ActionButton";
import { ApiError } from "@/api/error";
import { useMe } from "@/api/me";
import { membersQuery, useAddMember } from "@/api/members";
import { generalProblem } from "@/api/problem";
import type { Member, Role } from "@/api/types";
import { usePresence } from "@/realtime/live";
import { Avatar } from "@/ui/Avatar";
import { Button } from "@/ui/Button";
import { Chip } from "@/ui/Chip";
import { cx } from "@/ui/cx";
import { Dialog } from "@/ui/Dialog";
import { formText } from "@/ui/formText";
import { Notice } from "@/ui/Notice";
import { Select } from "@/ui/Select";
import { TextField } from "@/ui/TextField";
import { toast } from "@/ui/Toasts";
import { useAdding } from "./adding";
import { useSettingsCommands } from "./commands";
import { GivenPassword } from "./GivenPassword";
import { MemberMenu } from "./MemberMenu";
import { RowList } from "./RowList";
import { rolesFor } from "./roles";
import { Section } from "./Section";

export function MembersSection() {
  const { t } = useTranslation();
  const { addMember } = useSettingsCommands();
  const [adding, end] = useAdding();
  return (
    <Section
      title={t("settings.members")}
      text={t("settings.members_text")}
      action={<ActionButton action={addMember} look="primary" />}
    >
      <RowList
        query={useQuery(membersQuery())}
        errorTitle={t("settings.members_error")}
        keyOf={({ id }) => id}
        row={(member) => <MemberRow member={member} />}
      />
      {adding && <MemberDialog onClose={end} />}
    </Section>
  );
}

function MemberRow({ member }: { member: Member }) {
  const { t } = useTranslation();
  const { id, name, email, role, removed } = member;
  const me = useMe();
  const presence = usePresence(id);
  return (
    <>
      <Avatar name={name} id={id} presence={presence} />
      <div className="min-w-0 grow">
        <p className="flex items-center gap-2">
          <span dir="auto" className={cx("truncate font-medium", removed && "text-muted")}>
            {name}
          </span>
          {id === me.id && <Chip tone="good" label={t("settings.member_me")} />}
          {removed && <Chip label={t("settings.member_left")} />}
          <span className="sr-only">{t(`app.${presence}`)}</span>
        </p>
        <p className="truncate text-12 text-muted">{email}</p>
      </div>
      <span className="text-13 text-muted">{t(`settings.role.${role}`)}</span>
      <MemberMenu member={member} />
    </>
  );
}

function MemberDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const add = useAddMember();
  const [role, setRole] = useState<Role>("agent");
  const [password, setPassword] = useState("");
  const problem = add.error instanceof ApiError ? add.error : undefined;
  const general = generalProblem(t, add.error, ["name", "email", "password"]);
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t("settings.member_add")}>
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          const text = formText(event.currentTarget);
          add.mutate(
            {
              name: text("name").trim(),
              email: text("email").trim(),
              role,
              ...(password ? { password } : {}),
            },
            {
              onSuccess: ({ name }) => {
                toast({ title: t("settings.member_added", { name }), tone: "good" });
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
          error={problem?.field("name")}
          autoComplete="off"
          autoFocus
          required
        />
        <TextField
          name="email"
          type="email"
          label={t("sign_in.email")}
          error={problem?.field("email")}
          autoComplete="off"
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
        <GivenPassword
          label={t("sign_in.password")}
          hint={t("settings.member_password_hint")}
          error={problem?.field("password")}
          value={password}
          onChange={setPassword}
        />
        <Button type="submit" tone="primary" wide pending={add.isPending}>
          {t("settings.member_add")}
        </Button>
      </form>
    </Dialog>
  );
}
