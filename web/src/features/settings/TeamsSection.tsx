import { useQuery } from "@tanstack/react-query";
import { UsersRound } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ActionButton } from "@/actions/ActionButton";
import { channelsQuery } from "@/api/channels";
import { ApiError } from "@/api/error";
import { membersQuery } from "@/api/members";
import { generalProblem } from "@/api/problem";
import { teamsQuery, useCreateTeam } from "@/api/teams";
import type { Team } from "@/api/types";
import { Button } from "@/ui/Button";
import { Checkbox } from "@/ui/Checkbox";
import { Dialog } from "@/ui/Dialog";
import { formText } from "@/ui/formText";
import { Notice } from "@/ui/Notice";
import { TextField } from "@/ui/TextField";
import { toast } from "@/ui/Toasts";
import { useAdding } from "./adding";
import { useSettingsCommands } from "./commands";
import { RowList } from "./RowList";
import { Section } from "./Section";

export function TeamsSection() {
  const { t } = useTranslation();
  const { newTeam } = useSettingsCommands();
  const [adding, end] = useAdding();
  return (
    <Section
      title={t("settings.teams")}
      text={t("settings.teams_text")}
      action={<ActionButton action={newTeam} look="primary" />}
    >
      <RowList
        query={useQuery(teamsQuery())}
        errorTitle={t("settings.teams_error")}
        keyOf={({ id }) => id}
        row={(team) => <TeamRow team={team} />}
        empty={t("settings.teams_empty")}
      />
      {adding && <TeamDialog onClose={end} />}
    </Section>
  );
}

function TeamRow({ team }: { team: Team }) {
  const { t } = useTranslation();
  const { data: members } = useQuery(membersQuery());
  const { data: channels } = useQuery(channelsQuery());
  const names = (ids: readonly string[], from: readonly { id: string; name: string }[] = []) =>
    from
      .filter(({ id }) => ids.includes(id))
      .map(({ name }) => name)
      .join(", ");
  return (
    <>
      <UsersRound aria-hidden className="size-5 shrink-0 text-muted" strokeWidth={1.75} />
      <div className="min-w-0 grow">
        <p dir="auto" className="truncate font-medium">
          {team.name}
        </p>
        <p className="text-12 text-muted">
          {t("settings.team_members")}{" "}
          {names(team.member_ids, members?.items) || t("settings.team_nobody")}
        </p>
        <p className="text-12 text-muted">
          {t("settings.team_channels")}{" "}
          {names(team.channel_ids, channels?.items) || t("settings.team_no_channels")}
        </p>
      </div>
    </>
  );
}

function TeamDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const create = useCreateTeam();
  const { data: members } = useQuery(membersQuery());
  const { data: channels } = useQuery(channelsQuery());
  const [memberIds, setMemberIds] = useState<readonly string[]>([]);
  const [channelIds, setChannelIds] = useState<readonly string[]>([]);
  const problem = create.error instanceof ApiError ? create.error : undefined;
  const general = generalProblem(t, create.error, ["name"]);
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t("settings.team_new")}>
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate(
            {
              name: formText(event.currentTarget)("name").trim(),
              member_ids: [...memberIds],
              channel_ids: [...channelIds],
            },
            {
              onSuccess: ({ name }) => {
                toast({ title: t("settings.team_made", { name }), tone: "good" });
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
        <Button type="submit" tone="primary" wide pending={create.isPending}>
          {t("settings.team_create")}
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
