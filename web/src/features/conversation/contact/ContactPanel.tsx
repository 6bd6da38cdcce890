import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { contactQuery } from "@/api/contacts";
import { conversationQuery } from "@/api/conversations";
import { errorText } from "@/api/error";
import { useMe } from "@/api/me";
import { messagesQuery } from "@/api/messages";
import type { ContactDetail, Conversation } from "@/api/types";
import { useFormat } from "@/i18n/useFormat";
import { Avatar } from "@/ui/Avatar";
import { CopyButton } from "@/ui/CopyButton";
import { CountdownRing } from "@/ui/CountdownRing";
import { SECOND } from "@/ui/clock";
import { ErrorState } from "@/ui/ErrorState";
import { IconButton } from "@/ui/IconButton";
import { SkeletonRows } from "@/ui/Skeleton";
import { Time } from "@/ui/Time";
import { safeURL } from "../message/text";
import { ContactForm } from "./ContactForm";
import { OtherConversations } from "./OtherConversations";

export type ContactPanelProps = {
  /** The conversation whose contact is shown. */
  id: string;
  onClose?: (() => void) | undefined;
};

/** Who the customer of a conversation is, and how things stand with them. Fills its parent. */
export function ContactPanel({ id, onClose }: ContactPanelProps) {
  const { t } = useTranslation();
  const { data: conversation } = useQuery(conversationQuery(id));
  const contactId = conversation?.contact_id ?? "";
  const contact = useQuery({ ...contactQuery(contactId), enabled: contactId !== "" });
  return (
    <aside
      aria-label={t("conversation.contact.title")}
      className="flex min-h-0 min-w-0 grow flex-col overflow-auto bg-surface"
    >
      <header className="flex h-14 shrink-0 items-center justify-between gap-2 ps-4 pe-2">
        <h2 className="text-14 font-semibold">{t("conversation.contact.title")}</h2>
        {onClose && <IconButton icon={X} label={t("ui.close")} onClick={onClose} />}
      </header>
      {contact.isError && !contact.data ? (
        <ErrorState
          title={t("conversation.contact.error")}
          text={errorText(t, contact.error)}
          onRetry={() => void contact.refetch()}
          pending={contact.isFetching}
        />
      ) : conversation && contact.data ? (
        <Details conversation={conversation} contact={contact.data} />
      ) : (
        <SkeletonRows rows={3} />
      )}
    </aside>
  );
}

function Details({
  conversation,
  contact,
}: {
  conversation: Conversation;
  contact: ContactDetail;
}) {
  const { t } = useTranslation();
  return (
    <div className="flex flex-col gap-5 px-4 pb-6">
      <div className="flex flex-col items-center gap-2 text-center">
        <Avatar name={contact.name} id={contact.id} size={40} />
        <bdi className="max-w-full break-words text-16 font-semibold">{contact.name}</bdi>
      </div>
      <ContactForm contact={contact} />
      <dl className="flex flex-col gap-2.5 text-13">
        {contact.profile_name && (
          <Fact name={t("conversation.contact.profile_name")}>
            <bdi className="break-words">{contact.profile_name}</bdi>
          </Fact>
        )}
        {contact.username && (
          <Fact name={t("conversation.contact.username")} copy={contact.username}>
            <bdi className="break-words">{contact.username}</bdi>
          </Fact>
        )}
        {contact.phone ? (
          <Fact name={t("conversation.contact.phone")} copy={contact.phone}>
            <bdi className="tabular-nums">{contact.phone}</bdi>
          </Fact>
        ) : (
          <Fact name={t("conversation.contact.phone")}>
            <span className="text-muted">{t("conversation.contact.no_phone")}</span>
          </Fact>
        )}
        {contact.user_id && (
          <Fact name={t("conversation.contact.user_id")} copy={contact.user_id}>
            <bdi className="break-all">{contact.user_id}</bdi>
          </Fact>
        )}
        {contact.marketing && (
          <Fact name={t("conversation.contact.marketing")}>
            {t(`conversation.contact.marketing_${contact.marketing}`)}
          </Fact>
        )}
      </dl>
      <ThisConversation conversation={conversation} />
      <OtherConversations contact={contact} current={conversation.id} />
    </div>
  );
}

function ThisConversation({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const format = useFormat();
  const me = useMe();
  const { window, waiting, waiting_since, last_operator, number, created_at } = conversation;
  const { opened_at, closes_at } = window.service;
  return (
    <section className="flex flex-col gap-2.5">
      <h3 className="text-13 font-semibold">{t("conversation.contact.conversation")}</h3>
      <dl className="flex flex-col gap-2.5 text-13">
        <Fact name={t("conversation.contact.number")}>{`#${number}`}</Fact>
        <Fact name={t("conversation.contact.since")}>
          <Time at={created_at} />
        </Fact>
        <Fact name={t("conversation.contact.window")}>
          <span className="flex flex-wrap items-center gap-x-2">
            <CountdownRing
              until={closes_at}
              missed={waiting}
              warnBelow={me.workspace.settings.warn_before_seconds * SECOND}
            />
            <span>
              {closes_at === null
                ? t("conversation.contact.window_never")
                : window.service.open
                  ? t("conversation.contact.window_until", {
                      time: format.moment(Date.parse(closes_at)),
                    })
                  : t("conversation.contact.window_closed", {
                      time: format.moment(Date.parse(closes_at)),
                    })}
            </span>
          </span>
        </Fact>
        {opened_at && (
          <Fact name={t("conversation.contact.last_wrote")}>
            <Time at={opened_at} />
          </Fact>
        )}
        {waiting && waiting_since && (
          <Fact name={t("conversation.contact.waits_since")}>
            <Time at={waiting_since} />
          </Fact>
        )}
        {last_operator && (
          <Fact name={t("conversation.contact.last_operator")}>
            <bdi>{last_operator}</bdi>
          </Fact>
        )}
        <FirstAd id={conversation.id} />
      </dl>
    </section>
  );
}

/** The ad or post that the customer came by first, as far back as the timeline is loaded. */
function FirstAd({ id }: { id: string }) {
  const { t } = useTranslation();
  const { data } = useInfiniteQuery({ ...messagesQuery(id), enabled: false });
  const ad = data?.pages
    .flatMap(({ items }) => items)
    .findLast(({ referral }) => referral)?.referral;
  if (!ad) return null;
  const href = safeURL(ad.source_url ?? "");
  const words = ad.headline || ad.body || ad.source_id || t("conversation.from_ad");
  return (
    <Fact name={t("conversation.contact.first_ad")}>
      {href ? (
        <a
          href={href}
          target="_blank"
          rel="noopener noreferrer nofollow"
          className="text-accent-ink hover:underline"
        >
          <bdi className="break-words">{words}</bdi>
        </a>
      ) : (
        <bdi className="break-words">{words}</bdi>
      )}
    </Fact>
  );
}

type FactProps = { name: string; copy?: string; children: ReactNode };

function Fact({ name, copy, children }: FactProps) {
  return (
    <div className="flex flex-col">
      <dt className="text-12 text-muted">{name}</dt>
      <dd className="flex min-h-6 min-w-0 items-center gap-1">
        <span className="min-w-0">{children}</span>
        {copy && <CopyButton text={copy} />}
      </dd>
    </div>
  );
}
