import { useTranslation } from "react-i18next";
import { useDeleteConversation } from "@/api/conversations";
import { errorText } from "@/api/error";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Notice } from "@/ui/Notice";
import { toast } from "@/ui/Toasts";
import { usePane } from "../pane";

export type DeleteDialogProps = { onClose: () => void; onDeleted: () => void };

/** Asks before a conversation is deleted for good. */
export function DeleteDialog({ onClose, onDeleted }: DeleteDialogProps) {
  const { t } = useTranslation();
  const { conversation } = usePane();
  const remove = useDeleteConversation(conversation.id);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t("conversation.delete.title")}
      description={t("conversation.delete.text", { name: conversation.participant.name })}
      footer={
        <>
          <Button onClick={onClose}>{t("conversation.cancel")}</Button>
          <Button
            tone="danger"
            pending={remove.isPending}
            onClick={() =>
              remove.mutate(undefined, {
                onSuccess: () => {
                  toast({ title: t("conversation.delete.done"), tone: "good" });
                  onDeleted();
                },
              })
            }
          >
            {t("conversation.action.delete")}
          </Button>
        </>
      }
    >
      {remove.isError && <Notice tone="bad">{errorText(t, remove.error)}</Notice>}
    </Dialog>
  );
}
