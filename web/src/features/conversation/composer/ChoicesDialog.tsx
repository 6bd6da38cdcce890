import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { IconButton } from "@/ui/IconButton";
import { Segments } from "@/ui/Segments";
import { TextArea } from "@/ui/TextArea";
import { TextField } from "@/ui/TextField";
import {
  type ChoicesDraft,
  type ChoicesProblem,
  composeChoices,
  EMPTY_CHOICES,
  CHOICE_LIMITS as LIMITS,
} from "./choices";
import type { ComposeDialogProps } from "./MoreMenu";

/** Reply buttons, a link or a list under a text. */
export default function ChoicesDialog({ onSend, onClose }: ComposeDialogProps) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(EMPTY_CHOICES);
  const [problem, setProblem] = useState<ChoicesProblem | null>(null);
  const change = (values: Partial<ChoicesDraft>) => {
    setDraft({ ...draft, ...values });
    setProblem(null);
  };
  const errorOf = (...of: ChoicesProblem[]) =>
    problem !== null && of.includes(problem)
      ? t(`conversation.choices.problem.${problem}`)
      : undefined;

  function submit() {
    const composed = composeChoices(draft);
    if ("problem" in composed) return setProblem(composed.problem);
    onSend({ type: "interactive", interactive: composed.value });
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      size="medium"
      title={t("conversation.choices.title")}
      footer={
        <>
          <Button onClick={onClose}>{t("conversation.cancel")}</Button>
          <Button tone="primary" onClick={submit}>
            {t("conversation.send")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Segments
          label={t("conversation.choices.kind")}
          value={draft.kind}
          options={[
            { value: "button", label: t("conversation.choices.buttons") },
            { value: "link", label: t("conversation.choices.link") },
            { value: "list", label: t("conversation.choices.list") },
          ]}
          onChange={(kind) => change({ kind })}
        />
        <TextArea
          label={t("conversation.choices.body")}
          dir="auto"
          value={draft.body}
          maxLength={draft.kind === "list" ? LIMITS.listBody : LIMITS.body}
          onChange={(body) => change({ body })}
          error={errorOf("body")}
        />
        {draft.kind === "button" && (
          <Buttons draft={draft} change={change} error={errorOf("buttons", "same")} />
        )}
        {draft.kind !== "button" && (
          <TextField
            label={
              draft.kind === "link"
                ? t("conversation.choices.link_caption")
                : t("conversation.choices.list_caption")
            }
            dir="auto"
            value={draft.caption}
            maxLength={LIMITS.button}
            onChange={(caption) => change({ caption })}
            error={errorOf("caption")}
          />
        )}
        {draft.kind === "link" && (
          <TextField
            type="url"
            label={t("conversation.choices.url")}
            value={draft.url}
            onChange={(url) => change({ url })}
            error={errorOf("url")}
          />
        )}
        {draft.kind === "list" && (
          <Rows draft={draft} change={change} error={errorOf("rows", "same")} />
        )}
        <div className="grid gap-4 wide:grid-cols-2">
          <TextField
            label={t("conversation.choices.header")}
            dir="auto"
            value={draft.header}
            maxLength={LIMITS.header}
            onChange={(header) => change({ header })}
          />
          <TextField
            label={t("conversation.choices.footer")}
            dir="auto"
            value={draft.footer}
            maxLength={LIMITS.footer}
            onChange={(footer) => change({ footer })}
          />
        </div>
      </div>
    </Dialog>
  );
}

type PartProps = {
  draft: ChoicesDraft;
  change: (values: Partial<ChoicesDraft>) => void;
  error: string | undefined;
};

function Buttons({ draft: { buttons }, change, error }: PartProps) {
  const { t } = useTranslation();
  return (
    <div className="flex flex-col gap-2">
      {buttons.map((title, index) => (
        <TextField
          // biome-ignore lint/suspicious/noArrayIndexKey: a button is its place.
          key={index}
          label={t("conversation.choices.button", { number: index + 1 })}
          dir="auto"
          value={title}
          maxLength={LIMITS.button}
          onChange={(value) =>
            change({ buttons: buttons.map((old, at) => (at === index ? value : old)) })
          }
          error={index === 0 ? error : undefined}
        />
      ))}
      {buttons.length < LIMITS.buttons && (
        <div>
          <Button icon={Plus} tone="quiet" onClick={() => change({ buttons: [...buttons, ""] })}>
            {t("conversation.choices.add_button")}
          </Button>
        </div>
      )}
    </div>
  );
}

function Rows({ draft: { rows }, change, error }: PartProps) {
  const { t } = useTranslation();
  const set = (index: number, values: Partial<ChoicesDraft["rows"][number]>) =>
    change({ rows: rows.map((row, at) => (at === index ? { ...row, ...values } : row)) });
  return (
    <div className="flex flex-col gap-2">
      {rows.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place.
        <div key={index} className="flex items-start gap-2">
          <div className="grid min-w-0 grow gap-2 wide:grid-cols-2">
            <TextField
              label={t("conversation.choices.row", { number: index + 1 })}
              dir="auto"
              value={row.title}
              maxLength={LIMITS.rowTitle}
              onChange={(title) => set(index, { title })}
              error={index === 0 ? error : undefined}
            />
            <TextField
              label={t("conversation.choices.row_text")}
              dir="auto"
              value={row.description}
              maxLength={LIMITS.rowText}
              onChange={(description) => set(index, { description })}
            />
          </div>
          {rows.length > 1 && (
            <span className="pt-6">
              <IconButton
                icon={Trash2}
                tooltip={false}
                label={t("conversation.choices.remove_row", { number: index + 1 })}
                onClick={() => change({ rows: rows.filter((_row, at) => at !== index) })}
              />
            </span>
          )}
        </div>
      ))}
      {rows.length < LIMITS.rows && (
        <div>
          <Button
            icon={Plus}
            tone="quiet"
            onClick={() => change({ rows: [...rows, { title: "", description: "" }] })}
          >
            {t("conversation.choices.add_row")}
          </Button>
        </div>
      )}
    </div>
  );
}
