import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";
import { useTranslation } from "react-i18next";
import { ActionButton } from "@/actions/ActionButton";
import { connectionsQuery } from "@/api/connections";
import type { Connection } from "@/api/types";
import { ChannelIcon } from "@/app/ChannelIcon";
import { useSettingsCommands } from "../commands";
import { RowList } from "../RowList";
import { Section } from "../Section";
import { ConnectionState } from "./ConnectionState";
import { ConnectionTroubles } from "./ConnectionTroubles";

/** The WhatsApp accounts of the workspace. */
export function ConnectionsSection() {
  const { t } = useTranslation();
  const { connect } = useSettingsCommands();
  return (
    <Section
      title={t("settings.channels")}
      text={t("settings.channels_text")}
      action={<ActionButton action={connect} look="primary" />}
    >
      <RowList
        query={useQuery(connectionsQuery())}
        errorTitle={t("settings.channels_error")}
        keyOf={({ id }) => id}
        row={(connection) => <ConnectionRow connection={connection} />}
        empty={t("settings.channels_empty")}
      />
    </Section>
  );
}

function ConnectionRow({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  const { id, name, kind, provider, channels } = connection;
  return (
    <Link
      to="/settings/channels/$connectionId"
      params={{ connectionId: id }}
      className="-m-3 flex min-w-0 grow items-center gap-3 rounded-8 p-3 hover:bg-hover"
    >
      <ChannelIcon kind={kind} size={20} />
      <span className="min-w-0 grow">
        <span className="flex flex-wrap items-center gap-x-2">
          <span dir="auto" className="truncate font-medium">
            {name}
          </span>
          <ConnectionState connection={connection} />
        </span>
        <ConnectionTroubles connection={connection} />
        <span className="block text-12 text-muted">
          {t(`settings.provider.${provider}`)}
          {channels.map((channel) => (
            <span key={channel.id} dir="auto">
              {" · "}
              {channel.name === channel.phone_number
                ? channel.phone_number
                : `${channel.name} ${channel.phone_number}`}
            </span>
          ))}
        </span>
      </span>
      <ChevronRight aria-hidden className="size-4 shrink-0 text-faint rtl:-scale-x-100" />
    </Link>
  );
}
