import { useQueryClient } from "@tanstack/react-query";
import { LayoutList, MapPin, Plus, UserRound } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { MessageInput } from "@/api/types";
import { IconButton } from "@/ui/IconButton";
import { Menu } from "@/ui/Menu";
import { usePane } from "../pane";
import { send } from "./outbox";

const ChoicesDialog = lazy(() => import("./ChoicesDialog"));
const PlaceDialog = lazy(() => import("./PlaceDialog"));
const CardDialog = lazy(() => import("./CardDialog"));

/** What each of the dialogs gives back: a message without its id. */
export type Composed = Omit<MessageInput, "client_id" | "file_id">;
export type ComposeDialogProps = { onSend: (message: Composed) => void; onClose: () => void };

/** Messages of other kinds than words and files. */
export function MoreMenu({ onSent }: { onSent: () => void }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const { conversation, me } = usePane();
  const [open, setOpen] = useState<"choices" | "place" | "card" | null>(null);
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
        entries={[
          {
            kind: "item",
            label: t("conversation.choices.title"),
            icon: LayoutList,
            onSelect: () => setOpen("choices"),
          },
          {
            kind: "item",
            label: t("conversation.type.location"),
            icon: MapPin,
            onSelect: () => setOpen("place"),
          },
          {
            kind: "item",
            label: t("conversation.card.title"),
            icon: UserRound,
            onSelect: () => setOpen("card"),
          },
        ]}
      />
      <Suspense>
        {open === "choices" && <ChoicesDialog {...props} />}
        {open === "place" && <PlaceDialog {...props} />}
        {open === "card" && <CardDialog {...props} />}
      </Suspense>
    </>
  );
}
