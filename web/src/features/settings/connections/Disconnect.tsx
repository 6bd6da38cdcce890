import { useNavigate } from "@tanstack/react-router";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDeleteConnection, useRemoveChannel } from "@/api/connections";
import { errorText } from "@/api/error";
import type { Connection } from "@/api/types";
import { Button } from "@/ui/Button";
import { Confirm } from "@/ui/Confirm";
import { toast } from "@/ui/Toasts";
import { Section } from "../Section";
import type { NumberRow } from "./input";

/** Asks before a number is taken out of use. */
export function RemoveNumber({
  row,
  onClose,
  onRemoved,
}: {
  row: NumberRow;
  onClose: () => void;
  onRemoved: () => void;
}) {
  const { t } = useTranslation();
  const remove = useRemoveChannel();
  return (
    <Confirm
      open
      onClose={onClose}
      title={t("settings.number_remove_title", { number: row.phone_number })}
      text={t("settings.number_remove_text")}
      action={t("settings.number_remove")}
      pending={remove.isPending}
      onConfirm={() =>
        remove.mutate(row.key, {
          onSuccess: () => {
            toast({ title: t("settings.number_removed"), tone: "good" });
            onRemoved();
          },
          onError: (error) => toast({ title: errorText(t, error), tone: "bad" }),
          onSettled: onClose,
        })
      }
    />
  );
}

/** The end of a connection, after a question. */
export function DeleteConnection({ connection: { id, name } }: { connection: Connection }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const remove = useDeleteConnection();
  const [asking, setAsking] = useState(false);
  return (
    <Section title={t("settings.connection_delete")} text={t("settings.connection_delete_text")}>
      <div>
        <Button icon={Trash2} tone="danger" onClick={() => setAsking(true)}>
          {t("settings.connection_delete")}
        </Button>
      </div>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={t("settings.connection_delete_title", { name })}
        text={t("settings.connection_delete_text")}
        action={t("settings.connection_delete")}
        pending={remove.isPending}
        onConfirm={() =>
          remove.mutate(id, {
            onSuccess: () => {
              toast({ title: t("settings.connection_deleted"), tone: "good" });
              void navigate({ to: "/settings/channels" });
            },
            onError: (error) => toast({ title: errorText(t, error), tone: "bad" }),
            onSettled: () => setAsking(false),
          })
        }
      />
    </Section>
  );
}
