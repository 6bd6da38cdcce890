import { useQueryClient } from "@tanstack/react-query";
import { RotateCw, Trash2, Undo2, X } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/error";
import { useMessageChange } from "@/api/messages";
import type { Message } from "@/api/types";
import { LinkButton } from "@/ui/LinkButton";
import { toast } from "@/ui/Toasts";
import { discard, resend, type Sending } from "../composer/outbox";
import { usePane } from "../pane";
import { StopUpload } from "./kinds/Progress";

/** Under a message that did not get through, or waits: why, and what can be done about it. */
export function Trouble({ message, sending }: { message: Message; sending?: Sending | undefined }) {
  const { t } = useTranslation();
  const { mayReply, open } = usePane();
  if (sending) return <Unsent sending={sending} text={message.text} />;
  const { status, error } = message;
  if (status === "failed") {
    return (
      <Line bad text={error?.text ?? t("conversation.failed")} code={error?.code}>
        {mayReply && open && <Again message={message} />}
      </Line>
    );
  }
  if (status === "queued" && error) {
    return (
      <Line text={error.text} code={error.code}>
        {mayReply && <TakeBack message={message} />}
      </Line>
    );
  }
  if (status === "unknown") return <Line text={t("conversation.status.unknown")} />;
  return null;
}

function Unsent({ sending, text }: { sending: Sending; text: string }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const { restore } = usePane();
  if (sending.state === "sending") {
    return sending.progress === null ? null : <StopUpload sending={sending} />;
  }
  const { error, reason, clientId, state } = sending;
  const waits = state === "waiting";
  const why = waits
    ? error?.detail || t("conversation.unsent.waiting")
    : error
      ? errorText(t, error)
      : t(`conversation.unsent.${reason ?? "page_left"}`);
  return (
    <Line bad={!waits} text={why} code={error?.code}>
      {!waits && (
        <LinkButton icon={RotateCw} onClick={() => resend(cache, clientId)}>
          {reason === "answered_meanwhile"
            ? t("conversation.send_anyway")
            : t("conversation.retry")}
        </LinkButton>
      )}
      {text && (
        <LinkButton
          icon={Undo2}
          onClick={() => {
            restore(text);
            discard(clientId);
          }}
        >
          {t("conversation.put_back")}
        </LinkButton>
      )}
      <LinkButton icon={Trash2} onClick={() => discard(clientId)}>
        {t("conversation.discard")}
      </LinkButton>
    </Line>
  );
}

function Again({ message }: { message: Message }) {
  const { t } = useTranslation();
  const change = useMessageChange();
  return (
    <LinkButton
      icon={RotateCw}
      pending={change.isPending}
      onClick={() =>
        change.mutate(
          { id: message.id, change: "retry" },
          { onError: (error) => toast({ title: errorText(t, error), tone: "bad" }) },
        )
      }
    >
      {t("conversation.retry")}
    </LinkButton>
  );
}

function TakeBack({ message }: { message: Message }) {
  const { t } = useTranslation();
  const change = useMessageChange();
  return (
    <LinkButton
      icon={X}
      pending={change.isPending}
      onClick={() =>
        change.mutate(
          { id: message.id, change: "cancel" },
          { onError: (error) => toast({ title: errorText(t, error), tone: "bad" }) },
        )
      }
    >
      {t("conversation.cancel_message")}
    </LinkButton>
  );
}

type LineProps = {
  text: string;
  code?: string | undefined;
  bad?: boolean;
  children?: ReactNode;
};

function Line({ text, code, bad, children }: LineProps) {
  return (
    <div className="flex max-w-[min(36rem,78cqw)] flex-col items-end pt-0.5 text-end text-12">
      <p title={code || undefined} className={bad ? "text-bad" : "text-muted"}>
        {text}
      </p>
      <div className="flex flex-wrap items-center justify-end gap-x-3 empty:hidden">{children}</div>
    </div>
  );
}
