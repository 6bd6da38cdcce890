import { CSPProvider } from "@base-ui/react/csp-provider";
import { DirectionProvider } from "@base-ui/react/direction-provider";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { useTranslation } from "react-i18next";
import { onSignedOut } from "@/api/client";
import { createCache } from "@/api/query";
import { Tips } from "@/ui/Tips";
import { Toasts } from "@/ui/Toasts";
import { CrashBoundary } from "./CrashBoundary";
import { createAppRouter } from "./router";

const cache = createCache();
const router = createAppRouter(cache);

onSignedOut(async () => {
  await router.navigate({ to: "/sign-in", search: { next: router.state.location.href } });
  // Not before: whatever is still on the screen would ask again.
  cache.clear();
});

export function App() {
  const { i18n } = useTranslation();
  return (
    <StrictMode>
      <CSPProvider disableStyleElements>
        <DirectionProvider direction={i18n.dir()}>
          <CrashBoundary>
            <QueryClientProvider client={cache}>
              <RouterProvider router={router} />
              <Tips />
              <Toasts />
            </QueryClientProvider>
          </CrashBoundary>
        </DirectionProvider>
      </CSPProvider>
    </StrictMode>
  );
}
