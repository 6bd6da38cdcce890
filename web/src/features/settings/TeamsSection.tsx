import { useQuery } from "@tanstack/react-query";
import { UsersRound } from "lucide-react";
import { useTranslation } from "react-i18next";
import { ActionButton } from "@/actions/ActionButton";
import { channelsQuery } from "@/api/channels";
import { membersQuery } from "@/api/members";
import { teamsQuery } from "@/api/teams";
import type { Team } from "@/api/types";
import { useAdding } from "./adding";
import { useSettingsCommands } from "./commands";
import { RowList } from "./RowList";
import { Section } from "./Section";
import { TeamDialog } from "./TeamDialog";
import { TeamMenu } from "./TeamMenu";

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
      <TeamMenu team={team} />
    </>
  );
}
