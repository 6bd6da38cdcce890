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

onSignedOut(() => {
  cache.clear();
  // The shell's route asks who we are again, and leads to the sign-in page.
  void router.invalidate();
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
