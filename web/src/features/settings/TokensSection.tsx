import { useQuery } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ActionButton } from "@/actions/ActionButton";
import { errorText } from "@/api/error";
import { tokensQuery, useRevokeToken } from "@/api/tokens";
import type { Token } from "@/api/types";
import { Button } from "@/ui/Button";
import { Chip } from "@/ui/Chip";
import { Confirm } from "@/ui/Confirm";
import { cx } from "@/ui/cx";
import { Time } from "@/ui/Time";
import { toast } from "@/ui/Toasts";
import { useAdding } from "./adding";
import { useSettingsCommands } from "./commands";
import { NewTokenDialog } from "./NewTokenDialog";
import { RowList } from "./RowList";
import { Section } from "./Section";

export function TokensSection() {
  const { t } = useTranslation();
  const { newToken } = useSettingsCommands();
  const [making, end] = useAdding();
  return (
    <Section
      title={t("settings.tokens")}
      text={t("settings.tokens_text")}
      action={<ActionButton action={newToken} look="primary" />}
    >
      <RowList
        query={useQuery(tokensQuery())}
        errorTitle={t("settings.tokens_error")}
        keyOf={({ id }) => id}
        row={(token) => <TokenRow token={token} />}
        empty={t("settings.tokens_empty")}
      />
      {making && <NewTokenDialog onClose={end} />}
    </Section>
  );
}

function TokenRow({ token }: { token: Token }) {
  const { t } = useTranslation();
  const revoke = useRevokeToken();
  const [asking, setAsking] = useState(false);
  const revoked = token.revoked_at !== null;
  return (
    <>
      <KeyRound aria-hidden className="size-5 shrink-0 text-muted" strokeWidth={1.75} />
      <div className="min-w-0 grow">
        <p className="flex items-center gap-2">
          <span title={token.name} className={cx("truncate font-medium", revoked && "text-muted")}>
            {token.name}
          </span>
          {revoked && <Chip label={t("settings.token_revoked")} />}
        </p>
        <p className="flex flex-wrap gap-x-1 text-12 text-muted">
          <span>{t("settings.token_made")}</span>
          <Time at={token.created_at} />
          <span>·</span>
          {token.last_used_at ? (
            <>
              <span>{t("settings.token_used")}</span>
              <Time at={token.last_used_at} />
            </>
          ) : (
            <span>{t("settings.token_unused")}</span>
          )}
        </p>
      </div>
      {!revoked && (
        <Button
          aria-label={t("settings.token_revoke_of", { name: token.name })}
          onClick={() => setAsking(true)}
        >
          {t("settings.token_revoke")}
        </Button>
      )}
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={t("settings.token_revoke_of", { name: token.name })}
        text={t("settings.token_revoke_text")}
        action={t("settings.token_revoke")}
        pending={revoke.isPending}
        onConfirm={() =>
          revoke.mutate(token.id, {
            onSuccess: () => {
              setAsking(false);
              toast({ title: t("settings.token_revoked"), tone: "good" });
            },
            onError: (error) => toast({ title: errorText(t, error), tone: "bad" }),
          })
        }
      />
    </>
  );
}
