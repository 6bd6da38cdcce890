import { Link } from "@tanstack/react-router";
import { Circle, CircleCheck } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

export type FirstStepsProps = {
  connected: boolean;
  /** The first business number, to write to. */
  number: string | undefined;
  mayConnect: boolean;
};

/** An inbox that has never had a conversation: what leads to the first one. */
export function FirstSteps({ connected, number, mayConnect }: FirstStepsProps) {
  const { t } = useTranslation();
  const settings = "font-medium text-accent-ink underline";
  return (
    <div className="flex grow flex-col justify-center gap-4 p-6">
      <h2 className="text-16 font-semibold">{t("chats.first.title")}</h2>
      {!mayConnect && !connected ? (
        <p className="text-13 text-muted">{t("chats.first.ask_admin")}</p>
      ) : (
        <ol className="flex flex-col gap-4">
          <Step done={connected} title={t("chats.first.connect")}>
            {connected ? (
              t("chats.first.connected")
            ) : (
              <Link to="/settings/channels/new" className={settings}>
                {t("chats.first.connect_link")}
              </Link>
            )}
          </Step>
          {mayConnect && (
            <Step done={false} title={t("chats.first.test")}>
              {connected ? (
                <Link to="/settings/channels" className={settings}>
                  {t("chats.first.test_link")}
                </Link>
              ) : (
                t("chats.first.test_text")
              )}
            </Step>
          )}
          <Step done={false} title={t("chats.first.write")}>
            {number ? t("chats.first.write_to", { number }) : t("chats.first.write_text")}
          </Step>
        </ol>
      )}
    </div>
  );
}

function Step({ done, title, children }: { done: boolean; title: string; children: ReactNode }) {
  const { t } = useTranslation();
  const Icon = done ? CircleCheck : Circle;
  return (
    <li className="flex gap-3">
      <Icon
        aria-hidden
        className={done ? "size-5 shrink-0 text-good" : "size-5 shrink-0 text-faint"}
      />
      <div className="min-w-0">
        <p className="text-14 font-medium">
          {title}
          {done && <span className="sr-only"> · {t("chats.first.done")}</span>}
        </p>
        <p className="text-13 text-muted">{children}</p>
      </div>
    </li>
  );
}
