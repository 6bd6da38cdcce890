import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/error";
import { useEndSession } from "@/api/session";
import { toast } from "@/ui/Toasts";
import { signedOutByHand } from "./signedOut";

export function useSignOut(): () => void {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const router = useRouter();
  const end = useEndSession();
  return () =>
    end.mutate("current", {
      onSuccess: () => {
        signedOutByHand.set(true);
        void router.navigate({ to: "/sign-in", search: {} }).then(() => cache.clear());
      },
      onError: (error) => toast({ title: errorText(t, error), tone: "bad" }),
    });
}
