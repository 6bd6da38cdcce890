import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { formText } from "@/ui/formText";
import { TextField } from "@/ui/TextField";
import type { ComposeDialogProps } from "./MoreMenu";

const FORM = "contact-card";

/** A contact card to send. */
export default function CardDialog({ onSend, onClose }: ComposeDialogProps) {
  const { t } = useTranslation();
  const [problem, setProblem] = useState<"name" | "phone" | null>(null);

  function submit(form: HTMLFormElement) {
    const text = formText(form);
    const name = text("name").trim();
    const phone = text("phone").trim();
    const email = text("email").trim();
    const company = text("company").trim();
    if (!name) return setProblem("name");
    if (!phone && !email) return setProblem("phone");
    const [first_name = "", ...rest] = name.split(/\s+/);
    onSend({
      type: "contacts",
      contacts: [
        {
          name,
          first_name,
          ...(rest.length > 0 && { last_name: rest.join(" ") }),
          ...(phone && { phones: [{ phone }] }),
          ...(email && { emails: [{ value: email }] }),
          ...(company && { company }),
        },
      ],
    });
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t("conversation.card.title")}
      footer={
        <>
          <Button onClick={onClose}>{t("conversation.cancel")}</Button>
          <Button type="submit" form={FORM} tone="primary">
            {t("conversation.send")}
          </Button>
        </>
      }
    >
      <form
        id={FORM}
        noValidate
        className="flex flex-col gap-4"
        onChange={() => setProblem(null)}
        onSubmit={(event) => {
          event.preventDefault();
          submit(event.currentTarget);
        }}
      >
        <TextField
          name="name"
          label={t("conversation.card.name")}
          dir="auto"
          error={problem === "name" ? t("conversation.card.needs_name") : undefined}
        />
        <TextField
          name="phone"
          type="tel"
          label={t("conversation.card.phone")}
          error={problem === "phone" ? t("conversation.card.needs_phone") : undefined}
        />
        <TextField name="email" type="email" label={t("conversation.card.email")} />
        <TextField name="company" label={t("conversation.card.company")} dir="auto" />
      </form>
    </Dialog>
  );
}
