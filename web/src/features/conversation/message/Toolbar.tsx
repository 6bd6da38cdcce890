import { EllipsisVertical } from "lucide-react";
import { useTranslation } from "react-i18next";
import { ActionButton, menuEntries } from "@/actions/ActionButton";
import { isVisible } from "@/actions/action";
import { errorText } from "@/api/error";
import { useReact } from "@/api/messages";
import type { Message } from "@/api/types";
import { cx } from "@/ui/cx";
import { IconButton } from "@/ui/IconButton";
import { Menu } from "@/ui/Menu";
import { Popover } from "@/ui/Popover";
import { toast } from "@/ui/Toasts";
import { keyOf } from "../timeline/entries";
import { useMessageActions } from "./actions";
import { type Active, activeMessage } from "./active";
import { ReactionPicker } from "./ReactionPicker";

type ToolbarProps = { message: Message; active: NonNullable<Active> };

/** The buttons of the message that the pointer or the focus is on. */
export function Toolbar({ message, active }: ToolbarProps) {
  const { t } = useTranslation();
  const { reply, react, others } = useMessageActions(message);
  const reactTo = useReact();
  const key = keyOf(message);
  const entries = menuEntries([reply, react, ...others], t);
  if (entries.length === 0) return null;
  const mine = message.reactions.business ?? "";
  return (
    <div
      className={cx(
        "flex h-8 shrink-0 items-center self-center rounded-8 border border-line bg-raised px-0.5",
        // Where there is no room beside the bubble it lies over its corner.
        "@max-lg:absolute @max-lg:-top-3 @max-lg:z-sticky",
        message.direction === "in" ? "@max-lg:end-0" : "@max-lg:start-0",
      )}
    >
      {isVisible(react) && (
        <Popover
          title={t("conversation.react")}
          hideTitle
          side="top"
          open={active.open === "reactions"}
          onOpenChange={(open) =>
            open ? activeMessage.open(key, "reactions") : activeMessage.close()
          }
          trigger={
            <IconButton
              size="small"
              tooltip={false}
              icon={react.icon ?? EllipsisVertical}
              label={react.name(t)}
            />
          }
        >
          <ReactionPicker
            chosen={mine}
            onChoose={(emoji) => {
              activeMessage.close();
              reactTo.mutate(
                { message, emoji: emoji === mine ? "" : emoji },
                { onError: (error) => toast({ title: errorText(t, error), tone: "bad" }) },
              );
            }}
          />
        </Popover>
      )}
      <ActionButton action={reply} size="small" />
      <Menu
        side="top"
        align="end"
        open={active.open === "menu"}
        onOpenChange={(open) => (open ? activeMessage.open(key, "menu") : activeMessage.close())}
        entries={entries}
        trigger={
          <IconButton
            size="small"
            tooltip={false}
            icon={EllipsisVertical}
            label={t("conversation.message_menu")}
          />
        }
      />
    </div>
  );
}
