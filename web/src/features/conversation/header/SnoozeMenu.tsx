import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useChangeConversation } from "@/api/conversations";
import { ApiError, errorText } from "@/api/error";
import { useFormat } from "@/i18n/useFormat";
import { Button } from "@/ui/Button";
import { clock, HOUR, MINUTE } from "@/ui/clock";
import { Dialog } from "@/ui/Dialog";
import { Menu, MenuAt, type MenuAtProps, type MenuProps } from "@/ui/Menu";
import { TextField } from "@/ui/TextField";
import { toast } from "@/ui/Toasts";
import { usePane } from "../pane";
import { fromLocalInput, snoozePresets, toLocalInput } from "./snooze";

export type SnoozeMenuProps = {
  /** Its own button, or what it stands beside where it has none. */
  place: { trigger: MenuProps["trigger"] } | Pick<MenuAtProps, "at">;
  open: boolean;
  onOpenChange: (open: boolean) => void;
};

/** Until when the conversation is put away: a few usual times, or one's own. */
export function SnoozeMenu({ place, open, onOpenChange }: SnoozeMenuProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { conversation } = usePane();
  const change = useChangeConversation(conversation.id);
  const [choosing, setChoosing] = useState(false);
  const snooze = (at: number, done?: () => void) =>
    change.mutate(
      { kind: "snooze", until: new Date(at).toISOString() },
      {
        onSuccess: () => {
          toast({ title: t("conversation.snoozed_toast", { time: format.moment(at) }) });
          done?.();
        },
        onError: (error) => {
          if (!done) toast({ title: errorText(t, error), tone: "bad" });
        },
      },
    );
  return (
    <>
      <PlacedMenu
        place={place}
        open={open}
        onOpenChange={onOpenChange}
        entries={[
          ...snoozePresets(clock.now()).map(({ name, at }) => ({
            kind: "item" as const,
            label: t(`conversation.snooze.${name}`),
            hint: name === "hour" ? format.time(at) : format.moment(at),
            onSelect: () => snooze(at),
          })),
          { kind: "line" },
          {
            kind: "item",
            label: t("conversation.snooze.custom"),
            onSelect: () => setChoosing(true),
          },
        ]}
      />
      {choosing && (
        <CustomSnooze
          error={change.error}
          pending={change.isPending}
          onClose={() => setChoosing(false)}
          onChoose={(at) => snooze(at, () => setChoosing(false))}
        />
      )}
    </>
  );
}

type PlacedMenuProps = SnoozeMenuProps & Pick<MenuProps, "entries">;

function PlacedMenu({ place, ...menu }: PlacedMenuProps) {
  return "at" in place ? (
    <MenuAt {...menu} at={place.at} align="end" />
  ) : (
    <Menu {...menu} trigger={place.trigger} align="end" />
  );
}

type CustomSnoozeProps = {
  error: Error | null;
  pending: boolean;
  onClose: () => void;
  onChoose: (at: number) => void;
};

function CustomSnooze({ error, pending, onClose, onChoose }: CustomSnoozeProps) {
  const { t } = useTranslation();
  const [value, setValue] = useState(() => toLocalInput(clock.now() + 3 * HOUR));
  const at = fromLocalInput(value);
  const past = at !== null && at <= clock.now();
  const refused = error && (error instanceof ApiError ? error.field("until") : undefined);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t("conversation.snooze.custom_title")}
      footer={
        <>
          <Button onClick={onClose}>{t("conversation.cancel")}</Button>
          <Button
            tone="primary"
            pending={pending}
            disabled={at === null || past}
            onClick={() => at !== null && onChoose(at)}
          >
            {t("conversation.action.snooze")}
          </Button>
        </>
      }
    >
      <TextField
        type="datetime-local"
        label={t("conversation.snooze.until")}
        value={value}
        min={toLocalInput(clock.now() + MINUTE)}
        onChange={setValue}
        error={
          past
            ? t("conversation.snooze.past")
            : (refused ?? (error ? errorText(t, error) : undefined))
        }
      />
    </Dialog>
  );
}
