import { useTranslation } from "react-i18next";
import { Button } from "./Button";
import { Dialog } from "./Dialog";

export type ConfirmProps = {
  open: boolean;
  onClose: () => void;
  title: string;
  /** What will happen, and whether it can be taken back. */
  text: string;
  /** The name of what it does. */
  action: string;
  onConfirm: () => void;
  pending?: boolean;
};

/** Asks before something that cannot be undone. */
export function Confirm({ open, onClose, title, text, action, onConfirm, pending }: ConfirmProps) {
  const { t } = useTranslation();
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title={title}
      description={text}
      footer={
        <>
          <Button onClick={onClose}>{t("ui.cancel")}</Button>
          <Button tone="danger" onClick={onConfirm} pending={pending}>
            {action}
          </Button>
        </>
      }
    />
  );
}
