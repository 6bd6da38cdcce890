import { ArrowDown, ArrowUp } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useActions } from "@/actions/hooks";
import { Button } from "@/ui/Button";
import type { Arrival } from "./arrivals";

export type ArrivalNoteProps = {
  /** The newest first. */
  arrivals: readonly Arrival[];
  /** The newest stands above what is in sight. */
  above: boolean;
  onOpen: (id: string) => void;
};

/**
 * Says over the list that customers wrote whose rows are out of sight: who has waited longest stands
 * first, so what is new often does not.
 */
export function ArrivalNote({ arrivals, above, onOpen }: ArrivalNoteProps) {
  const { t } = useTranslation();
  const [newest] = arrivals;
  useActions([
    {
      id: "list.arrived",
      group: "go",
      name: (translate) => translate("chats.action.arrived"),
      icon: ArrowDown,
      shortcut: "g n",
      visible: () => newest !== undefined,
      perform: () => newest && onOpen(newest.id),
    },
  ]);
  const text =
    newest &&
    t("chats.arrived", {
      count: arrivals.length,
      name: newest.conversation?.participant.name || t("chats.nameless"),
    });
  return (
    <>
      <p role="status" className="sr-only">
        {text}
      </p>
      {newest && (
        <div className="pointer-events-none absolute inset-x-3 top-2 z-sticky flex justify-center">
          <span className="pointer-events-auto flex max-w-full rounded-6 shadow-raised">
            <Button
              tone="primary"
              icon={above ? ArrowUp : ArrowDown}
              onClick={() => onOpen(newest.id)}
            >
              <span dir="auto" className="max-w-60 truncate">
                {text}
              </span>
            </Button>
          </span>
        </div>
      )}
    </>
  );
}
