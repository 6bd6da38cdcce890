import { useRouter } from "@tanstack/react-router";
import { Search } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { SearchResult } from "@/api/types";
import { useOpenHit } from "@/features/search";
import { Avatar } from "@/ui/Avatar";
import { excerpt } from "@/ui/fold";
import { Highlight } from "@/ui/Highlight";
import { Group, Item } from "./Item";

export type FoundItemsProps = {
  q: string;
  /** What was found; of what was typed before while the rest is asked for. */
  found: SearchResult | undefined;
};

/** Whether an item of the palette, by its id, is one of these. */
export const isFound = (id: string) => /^(contact|message|search) /.test(id);

/** Contacts and messages with what was typed; and the way to all of them. */
export function FoundItems({ q, found: data }: FoundItemsProps) {
  const { t } = useTranslation();
  const router = useRouter();
  const open = useOpenHit();
  const nameOf = (id: string) => data?.conversations.find((one) => one.id === id)?.participant.name;
  return (
    <>
      {data && data.contacts.length > 0 && (
        <Group heading={t("search.contacts")}>
          {data.contacts.slice(0, 5).map(({ id, name, phone }) => (
            <Item key={id} id={`contact ${id}`} onSelect={() => open.contact(id)}>
              <Avatar name={name} id={id} size={24} />
              <span dir="auto" className="truncate">
                <Highlight text={name} query={q} />
              </span>
              {phone && phone !== name && (
                <span className="truncate text-13 text-muted">
                  <Highlight text={phone} query={q} />
                </span>
              )}
            </Item>
          ))}
        </Group>
      )}
      {data && data.messages.items.length > 0 && (
        <Group heading={t("search.messages")}>
          {data.messages.items.map(({ id, conversation_id, text }) => (
            <Item
              key={id}
              id={`message ${id}`}
              onSelect={() => open.conversation(conversation_id, id)}
            >
              <span dir="auto" className="max-w-2/5 shrink-0 truncate">
                {nameOf(conversation_id)}
              </span>
              <span dir="auto" className="truncate text-13 text-muted">
                <Highlight text={excerpt(text || t("search.in_card"), q)} query={q} />
              </span>
            </Item>
          ))}
        </Group>
      )}
      {q && (
        <Group heading={t("actions.more")}>
          <Item
            id="search all"
            onSelect={() => void router.navigate({ to: "/chats", search: { q } })}
          >
            <Search aria-hidden className="size-4 shrink-0 text-muted" />
            <span className="truncate">{t("actions.search_for", { q })}</span>
          </Item>
        </Group>
      )}
    </>
  );
}
