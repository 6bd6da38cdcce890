import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { contactQuery } from "@/api/contacts";
import { listOrder } from "@/api/conversationList";
import { errorText } from "@/api/error";
import { toast } from "@/ui/Toasts";

export type OpenHit = {
  /** Opens a conversation, at a message of it if one is given. */
  conversation: (id: string, message?: string) => void;
  /** Opens the conversation in which a contact and we last wrote. */
  contact: (id: string) => void;
};

/** Leads to what a search found. */
export function useOpenHit(): OpenHit {
  const { t } = useTranslation();
  const router = useRouter();
  const cache = useQueryClient();
  const conversation = (conversationId: string, message?: string) =>
    void router.navigate({
      to: "/chats/$conversationId",
      params: { conversationId },
      search: ({ message: _before, ...kept }: { message?: string }) =>
        message ? { ...kept, message } : kept,
    });
  const latest = async (id: string) => {
    const { conversations } = await cache.fetchQuery(contactQuery(id));
    return conversations.toSorted((a, b) => listOrder("recent", a, b))[0];
  };
  return {
    conversation,
    contact: (id) =>
      void latest(id).then(
        (found) =>
          found ? conversation(found.id) : void toast({ title: t("search.no_conversation") }),
        (error: unknown) => void toast({ title: errorText(t, error), tone: "bad" }),
      ),
  };
}
