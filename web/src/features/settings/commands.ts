import { useRouter } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import type { Action } from "@/actions/action";
import { useMay } from "@/api/me";

/** What one makes in the settings; their pages' buttons and the palette use the same. */
export type SettingsCommands = Record<"connect" | "addMember" | "newTeam" | "newToken", Action>;

export function useSettingsCommands(): SettingsCommands {
  const router = useRouter();
  const may = useMay();
  const command = (
    id: string,
    name: Action["name"],
    visible: boolean,
    perform: () => Promise<void>,
  ): Action => ({
    id: `settings ${id}`,
    group: "act",
    name,
    icon: Plus,
    visible: () => visible,
    perform: () => void perform(),
  });
  const search = { add: true } as const;
  return {
    connect: command(
      "connect",
      (t) => t("settings.connect"),
      may("connections.manage"),
      () => router.navigate({ to: "/settings/channels/new" }),
    ),
    addMember: command(
      "add member",
      (t) => t("settings.member_add"),
      may("members.manage"),
      () => router.navigate({ to: "/settings/members", search }),
    ),
    newTeam: command(
      "new team",
      (t) => t("settings.team_new"),
      may("members.manage"),
      () => router.navigate({ to: "/settings/teams", search }),
    ),
    newToken: command(
      "new token",
      (t) => t("settings.token_new"),
      true,
      () => router.navigate({ to: "/settings/tokens", search }),
    ),
  };
}
