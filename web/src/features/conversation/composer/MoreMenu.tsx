import { useQueryClient } from "@tanstack/react-query";
import { LayoutList, type LucideIcon, MapPin, Plus, UserRound } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { menuEntries } from "@/actions/ActionButton";
import type { Action } from "@/actions/action";
import { useActions } from "@/actions/hooks";
import type { MessageInput } from "@/api/types";
import { IconButton } from "@/ui/IconButton";
import { Menu } from "@/ui/Menu";
import { usePane } from "../pane";
import { send } from "./outbox";

const ChoicesDialog = lazy(() => import("./ChoicesDialog"));
const PlaceDialog = lazy(() => import("./PlaceDialog"));
const CardDialog = lazy(() => import("./CardDialog"));

type Kind = "choices" | "place" | "card";

/** What each of the dialogs gives back: a message without its id. */
export type Composed = Omit<MessageInput, "client_id" | "file_id">;
export type ComposeDialogProps = { onSend: (message: Composed) => void; onClose: () => void };

/** Messages of other kinds than words and files. */
export function MoreMenu({ onSent }: { onSent: () => void }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const { conversation, me } = usePane();
  const [open, setOpen] = useState<Kind | null>(null);
  const action = (kind: Kind, name: Action["name"], icon: LucideIcon): Action => ({
    id: `compose ${kind}`,
    group: "conversation",
    name,
    icon,
    keywords: (t) => t("conversation.more_kinds"),
    perform: () => setOpen(kind),
  });
  const actions = [
    action("choices", (t) => t("conversation.choices.title"), LayoutList),
    action("place", (t) => t("conversation.type.location"), MapPin),
    action("card", (t) => t("conversation.card.title"), UserRound),
  ];
  useActions(actions);
  const props: ComposeDialogProps = {
    onClose: () => setOpen(null),
    onSend: (input) => {
      send(cache, conversation.id, me.id, { kind: "message", input });
      setOpen(null);
      onSent();
    },
  };
  return (
    <>
      <Menu
        side="top"
        trigger={<IconButton icon={Plus} label={t("conversation.more_kinds")} />}
        entries={menuEntries(actions, t)}
      />
      <Suspense>
        {open === "choices" && <ChoicesDialog {...props} />}
        {open === "place" && <PlaceDialog {...props} />}
        {open === "card" && <CardDialog {...props} />}
      </Suspense>
    </>
  );
}
