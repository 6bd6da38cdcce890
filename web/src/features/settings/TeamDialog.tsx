import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { channelsQuery } from "@/api/channels";
import { ApiError } from "@/api/error";
import { membersQuery } from "@/api/members";
import { generalProblem } from "@/api/problem";
import { useSaveTeam } from "@/api/teams";
import type { Team } from "@/api/types";
import { Button } from "@/ui/Button";
import { Checkbox } from "@/ui/Checkbox";
import { Dialog } from "@/ui/Dialog";
import { formText } from "@/ui/formText";
import { Notice } from "@/ui/Notice";
import { TextField } from "@/ui/TextField";
import { toast } from "@/ui/Toasts";

/** Makes a team, or changes one. */
export function TeamDialog({ team, onClose }: { team?: Team; onClose: () => void }) {
  const { t } = useTranslation();
  const save = useSaveTeam(team?.id);
  const { data: members } = useQuery(membersQuery());
  const { data: channels } = useQuery(channelsQuery());
  const [memberIds, setMemberIds] = useState<readonly string[]>(team?.member_ids ?? []);
  const [channelIds, setChannelIds] = useState<readonly string[]>(team?.channel_ids ?? []);
  const problem = save.error instanceof ApiError ? save.error : undefined;
  const general = generalProblem(t, save.error, ["name"]);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={team ? t("settings.team_edit_of", { name: team.name }) : t("settings.team_new")}
    >
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(
            {
              name: formText(event.currentTarget)("name").trim(),
              member_ids: [...memberIds],
              channel_ids: [...channelIds],
            },
            {
              onSuccess: ({ name }) => {
                toast({
                  title: t(team ? "settings.team_saved" : "settings.team_made", { name }),
                  tone: "good",
                });
                onClose();
              },
            },
          );
        }}
      >
        {general && <Notice tone="bad">{general}</Notice>}
        <TextField
          name="name"
          label={t("settings.team_name")}
          defaultValue={team?.name}
          error={problem?.field("name")}
          autoFocus
          required
        />
        <Choices
          legend={t("settings.members")}
          options={(members?.items ?? []).filter(({ removed }) => !removed)}
          chosen={memberIds}
          onChange={setMemberIds}
        />
        <Choices
          legend={t("settings.channels")}
          hint={t("settings.team_channels_hint")}
          options={channels?.items ?? []}
          chosen={channelIds}
          onChange={setChannelIds}
        />
        <Button type="submit" tone="primary" wide pending={save.isPending}>
          {t(team ? "settings.save" : "settings.team_create")}
        </Button>
      </form>
    </Dialog>
  );
}

type ChoicesProps = {
  legend: string;
  hint?: string;
  options: readonly { id: string; name: string }[];
  chosen: readonly string[];
  onChange: (ids: readonly string[]) => void;
};

function Choices({ legend, hint, options, chosen, onChange }: ChoicesProps) {
  if (options.length === 0) return null;
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="pb-1 text-13 font-medium">{legend}</legend>
      {hint && <p className="text-12 text-muted">{hint}</p>}
      {options.map(({ id, name }) => (
        <Checkbox
          key={id}
          label={name}
          checked={chosen.includes(id)}
          onChange={(on) => onChange(on ? [...chosen, id] : chosen.filter((one) => one !== id))}
        />
      ))}
    </fieldset>
  );
}
