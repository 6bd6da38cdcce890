import { UserRound } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Card } from "@/api/types";
import { CopyButton } from "@/ui/CopyButton";
import type { BodyProps } from "../body";
import { safeURL } from "../text";

/** Contact cards. */
export function ContactsBody({ message: { contacts = [] } }: BodyProps) {
  return (
    <div className="flex w-72 max-w-full flex-col gap-1.5">
      {contacts.map((card, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two cards of one message may be the same.
        <ContactCard key={index} card={card} />
      ))}
    </div>
  );
}

function ContactCard({ card }: { card: Card }) {
  const { t } = useTranslation();
  const work = [card.title, card.company].filter(Boolean).join(" · ");
  return (
    <div className="rounded-8 border border-line bg-surface p-2.5">
      <p className="flex items-center gap-2">
        <UserRound aria-hidden className="size-5 shrink-0 text-accent-ink" strokeWidth={1.75} />
        <span className="min-w-0">
          <span dir="auto" className="block truncate text-13 font-medium">
            {card.name}
          </span>
          {work && (
            <span dir="auto" className="block truncate text-12 text-muted">
              {work}
            </span>
          )}
        </span>
      </p>
      <ul className="pt-1.5 text-13 empty:hidden">
        {card.phones?.map(({ phone }) => (
          <Line key={phone} text={phone} href={`tel:${phone.replace(/[^+\d]/g, "")}`} copy />
        ))}
        {card.emails?.map(({ value }) => (
          <Line key={value} text={value} href={`mailto:${value}`} copy />
        ))}
        {card.urls?.map(({ value }) => (
          <Line key={value} text={value} href={safeURL(value)} />
        ))}
        {card.addresses?.map(({ street, city, state, zip, country }) => {
          const text = [street, [zip, city].filter(Boolean).join(" "), state, country]
            .filter(Boolean)
            .join(", ");
          return <Line key={text} text={text} href={null} />;
        })}
        {card.birthday && (
          <Line text={t("conversation.born", { date: card.birthday })} href={null} />
        )}
      </ul>
    </div>
  );
}

function Line({ text, href, copy }: { text: string; href: string | null; copy?: boolean }) {
  return (
    <li className="flex min-h-6 items-center gap-1">
      {href ? (
        <a
          href={href}
          target="_blank"
          rel="noopener noreferrer nofollow"
          className="min-w-0 truncate text-accent-ink hover:underline"
        >
          <bdi>{text}</bdi>
        </a>
      ) : (
        <span dir="auto" className="min-w-0 break-words">
          {text}
        </span>
      )}
      {copy && <CopyButton text={text} />}
    </li>
  );
}
