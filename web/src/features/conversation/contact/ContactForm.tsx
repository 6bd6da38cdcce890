import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useUpdateContact } from "@/api/contacts";
import { ApiError, errorText } from "@/api/error";
import { useMay } from "@/api/me";
import type { Contact } from "@/api/types";
import { Button } from "@/ui/Button";
import { TextArea } from "@/ui/TextArea";
import { TextField } from "@/ui/TextField";

/** What members call the contact, and what they noted about them. */
export function ContactForm({ contact }: { contact: Contact }) {
  const { t } = useTranslation();
  const may = useMay();
  const update = useUpdateContact(contact.id);
  // null: not touched; what others change meanwhile shows then.
  const [name, setName] = useState<string | null>(null);
  const [note, setNote] = useState<string | null>(null);
  const shownName = name ?? contact.given_name ?? "";
  const shownNote = note ?? contact.note;
  const changed =
    (name !== null && name.trim() !== (contact.given_name ?? "")) ||
    (note !== null && note !== contact.note);
  const problem = update.error instanceof ApiError ? update.error : undefined;
  const editable = may("contacts.edit");

  function save() {
    update.mutate(
      { ...(name !== null && { name: name.trim() }), ...(note !== null && { note }) },
      {
        onSuccess: () => {
          setName(null);
          setNote(null);
        },
      },
    );
  }

  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (changed) save();
      }}
    >
      <TextField
        label={t("conversation.contact.name")}
        dir="auto"
        value={shownName}
        placeholder={contact.profile_name ?? contact.phone ?? ""}
        readOnly={!editable}
        onChange={setName}
        error={problem?.field("name")}
      />
      <TextArea
        label={t("conversation.contact.note")}
        dir="auto"
        value={shownNote}
        readOnly={!editable}
        onChange={setNote}
        error={
          problem?.field("note") ??
          (problem && !problem.field("name") ? errorText(t, problem) : undefined)
        }
      />
      {changed && (
        <div className="flex justify-end gap-2">
          <Button
            tone="quiet"
            onClick={() => {
              setName(null);
              setNote(null);
              update.reset();
            }}
          >
            {t("conversation.cancel")}
          </Button>
          <Button type="submit" tone="primary" pending={update.isPending}>
            {t("conversation.contact.save")}
          </Button>
        </div>
      )}
    </form>
  );
}
