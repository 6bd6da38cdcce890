import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/error";
import { useUpdateMember } from "@/api/members";
import { generalProblem } from "@/api/problem";
import type { Member } from "@/api/types";
import { Button } from "@/ui/Button";
import { Checkbox } from "@/ui/Checkbox";
import { Dialog } from "@/ui/Dialog";
import { Notice } from "@/ui/Notice";
import { toast } from "@/ui/Toasts";
import { GivenPassword } from "./GivenPassword";

export function NewPassword({ member, onClose }: { member: Member; onClose: () => void }) {
  const { t } = useTranslation();
  const { id, name } = member;
  const update = useUpdateMember(id);
  const [password, setPassword] = useState("");
  const [tokens, setTokens] = useState(false);
  const problem = update.error instanceof ApiError ? update.error : undefined;
  const general = generalProblem(t, update.error, ["password"]);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t("settings.member_password_of", { name })}
      description={t("settings.member_password_text")}
    >
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          update.mutate(
            { password, revoke_tokens: tokens },
            {
              onSuccess: () => {
                toast({ title: t("settings.member_password_saved", { name }), tone: "good" });
                onClose();
              },
            },
          );
        }}
      >
        {general && <Notice tone="bad">{general}</Notice>}
        <GivenPassword
          label={t("settings.password_new")}
          hint={t("settings.member_password_new_hint")}
          error={problem?.field("password")}
          value={password}
          onChange={setPassword}
          autoFocus
        />
        <Checkbox label={t("settings.member_tokens_too")} checked={tokens} onChange={setTokens} />
        <Button type="submit" tone="primary" wide pending={update.isPending}>
          {t("settings.member_password_give")}
        </Button>
      </form>
    </Dialog>
  );
}
