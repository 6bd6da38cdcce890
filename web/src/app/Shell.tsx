import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Outlet, useParams, useRouter } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useSyncExternalStore } from "react";
import { useShortcuts } from "@/actions/hooks";
import { sessionEnded } from "@/api/client";
import { countersQuery } from "@/api/counters";
import { meKeys, useMe } from "@/api/me";
import type { Me } from "@/api/types";
import { DemoSide, DemoTop } from "@/features/demo";
import { setLanguage } from "@/i18n";
import { startRealtime } from "@/realtime/live";
import { applyAppearance } from "./appearance";
import { fetchAhead, loadPalette } from "./fetchAhead";
import { useGlobalActions } from "./globalActions";
import { newsOf } from "./news";
import { notifyOfMessages } from "./notifications";
import { OfflineBanner } from "./OfflineBanner";
import { useOverlay } from "./overlay";
import { Rail } from "./Rail";
import { useTitleCount } from "./title";

const Palette = lazy(loadPalette);
const KeysDialog = lazy(() => import("./KeysDialog"));

/** What is around every screen once a member is signed in. */
export function Shell() {
  const cache = useQueryClient();
  const router = useRouter();
  const me = useMe();
  const { theme, density, language } = me.settings;
  const overlay = useOverlay();
  const ended = useSyncExternalStore(sessionEnded.subscribe, sessionEnded.get);
  const { data: counters } = useQuery(countersQuery());
  const news = newsOf(counters, me.settings);
  const { conversationId } = useParams({ strict: false });

  useShortcuts();
  useGlobalActions();
  useTitleCount(news.count);
  useEffect(() => applyAppearance({ theme, density }), [theme, density]);
  useEffect(() => void setLanguage(language), [language]);
  useEffect(fetchAhead, []);
  useEffect(
    () => startRealtime(cache, cache.getQueryData<Me>(meKeys.all)?.changes_upto ?? null),
    [cache],
  );
  useEffect(
    () =>
      notifyOfMessages({
        cache,
        openId: () => openConversation(router.state.matches),
        open: (conversationId) =>
          void router.navigate({ to: "/chats/$conversationId", params: { conversationId } }),
      }),
    [cache, router],
  );

  // Nothing stays readable while the sign-in page is fetched.
  if (ended) return null;
  return (
    <div className="flex h-full flex-col">
      {me.demo && <DemoTop />}
      <div className="flex min-h-0 grow flex-col-reverse wide:flex-row">
        <Rail news={news} wideOnly={conversationId !== undefined} />
        <div className="flex min-h-0 min-w-0 grow flex-col">
          <OfflineBanner />
          <Outlet />
        </div>
        {me.demo && <DemoSide />}
      </div>
      <Suspense>
        {overlay === "palette" && <Palette />}
        {overlay === "keys" && <KeysDialog />}
      </Suspense>
    </div>
  );
}

function openConversation(matches: readonly { params: object }[]): string | undefined {
  const params: { conversationId?: string } = matches.at(-1)?.params ?? {};
  return params.conversationId;
}
