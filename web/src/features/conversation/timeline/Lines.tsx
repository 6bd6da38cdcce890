import { Siren } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useChangeConversation } from "@/api/conversations";
import { errorText } from "@/api/error";
import { useFormat } from "@/i18n/useFormat";
import { DAY, useNow } from "@/ui/clock";
import { LinkButton } from "@/ui/LinkButton";
import { Time } from "@/ui/Time";
import { toast } from "@/ui/Toasts";
import { usePane } from "../pane";

/** Between two days. */
export function DayLine({ at }: { at: number }) {
  const format = useFormat();
  const now = useNow(DAY / 24);
  return (
    <div className="flex justify-center px-4 pt-4 pb-1">
      <span className="rounded-full bg-sunken px-2.5 py-0.5 text-12 font-medium text-muted">
        {format.day(at, now)}
      </span>
    </div>
  );
}

/** Above what nobody had read when the conversation was opened. */
export function UnreadLine({ count }: { count: number }) {
  const { t } = useTranslation();
  const { conversation, me, mayManage } = usePane();
  const change = useChangeConversation(conversation.id);
  const offered = mayManage && conversation.unread > 0 && conversation.assignee_id !== me.id;
  return (
    <div className="flex items-center gap-3 px-4 pt-3 pb-1 text-12 font-medium text-accent-ink">
      <span className="h-px grow bg-accent-ink/40" />
      {t("conversation.unread", { count })}
      {offered && (
        <LinkButton
          pending={change.isPending}
          onClick={() =>
            change.mutate(
              { kind: "read" },
              { onError: (error) => toast({ title: errorText(t, error), tone: "bad" }) },
            )
          }
        >
          {t("actions.mark_read")}
        </LinkButton>
      )}
      <span className="h-px grow bg-accent-ink/40" />
    </div>
  );
}

/** Under the customer's last message: whether they wait for an answer, and the switch for that. */
export function WaitingLine() {
  const { t } = useTranslation();
  const { conversation, mayManage } = usePane();
  const change = useChangeConversation(conversation.id);
  const { waiting, waiting_since } = conversation;
  const set = (kind: "no_reply_needed" | "needs_reply") =>
    change.mutate(
      { kind },
      { onError: (error) => toast({ title: errorText(t, error), tone: "bad" }) },
    );
  return (
    <div className="flex min-h-7 flex-wrap items-center gap-x-2 px-4 pt-0.5 text-12 text-muted">
      {waiting && (
        <>
          <Siren aria-hidden className="size-3.5 shrink-0 text-accent-ink" />
          <span>
            {t("conversation.waits")}
            {waiting_since && (
              <>
                {" · "}
                <Time at={waiting_since} />
              </>
            )}
          </span>
        </>
      )}
      {mayManage && (
        <LinkButton
          pending={change.isPending}
          onClick={() => set(waiting ? "no_reply_needed" : "needs_reply")}
        >
          {waiting ? t("actions.no_reply_needed") : t("actions.needs_reply")}
        </LinkButton>
      )}
    </div>
  );
}
