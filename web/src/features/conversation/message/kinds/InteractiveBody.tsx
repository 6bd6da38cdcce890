import { ExternalLink, List, Reply } from "lucide-react";
import type { Interactive } from "@/api/types";
import type { BodyProps } from "../body";
import { safeURL } from "../text";
import { RichText } from "./RichText";
import { UnsupportedBody } from "./UnsupportedBody";

/** Buttons, a list or a link as the customer sees them; nothing here can be tapped but the link. */
export function InteractiveBody({ message }: BodyProps) {
  const value = message.interactive;
  if (!value) return <UnsupportedBody message={message} />;
  return (
    <div className="flex w-72 max-w-full flex-col gap-2">
      <div className="flex flex-col gap-1">
        {value.header && (
          <p dir="auto" className="break-words font-semibold">
            {value.header}
          </p>
        )}
        <RichText text={value.body} />
        {value.footer && (
          <p dir="auto" className="break-words text-12 text-muted">
            {value.footer}
          </p>
        )}
      </div>
      <Choices value={value} />
    </div>
  );
}

const BUTTON =
  "flex items-center justify-center gap-1.5 rounded-6 border border-line bg-surface px-2 py-1.5 text-13 font-medium text-accent-ink";

function Choices({ value }: { value: Interactive }) {
  if (value.kind === "link") {
    const href = safeURL(value.url ?? "");
    const inside = (
      <>
        <ExternalLink aria-hidden className="size-3.5 shrink-0" />
        <bdi className="truncate">{value.button || value.url}</bdi>
      </>
    );
    return href ? (
      <a href={href} target="_blank" rel="noopener noreferrer" title={href} className={BUTTON}>
        {inside}
      </a>
    ) : (
      <p className={BUTTON}>{inside}</p>
    );
  }
  if (value.kind === "list") {
    return (
      <div className="flex flex-col gap-1">
        <p className={BUTTON}>
          <List aria-hidden className="size-3.5 shrink-0" />
          <bdi className="truncate">{value.button}</bdi>
        </p>
        {value.sections?.map((section, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: sections have no id, and do not move.
          <div key={index} className="rounded-6 border border-line bg-surface">
            {section.title && (
              <p dir="auto" className="px-2.5 pt-1.5 text-12 font-medium text-muted">
                {section.title}
              </p>
            )}
            <ul>
              {section.rows.map((row) => (
                <li key={row.id} className="border-line px-2.5 py-1.5 not-first:border-t">
                  <p dir="auto" className="break-words text-13">
                    {row.title}
                  </p>
                  {row.description && (
                    <p dir="auto" className="break-words text-12 text-muted">
                      {row.description}
                    </p>
                  )}
                </li>
              ))}
            </ul>
          </div>
        ))}
      </div>
    );
  }
  if (!value.buttons?.length) return null;
  return (
    <ul className="flex flex-col gap-1">
      {value.buttons.map(({ id, title }) => (
        <li key={id} className={BUTTON}>
          <Reply aria-hidden className="size-3.5 shrink-0 rtl:-scale-x-100" />
          <bdi className="truncate">{title}</bdi>
        </li>
      ))}
    </ul>
  );
}
