import { useQuery } from "@tanstack/react-query";
import { ExternalLink, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { demoQuery } from "@/api/demo";
import { errorText } from "@/api/error";
import { ErrorState } from "@/ui/ErrorState";
import { IconButton } from "@/ui/IconButton";
import { type Line, phoneAddress } from "./phoneAddress";
import { useOpenLine } from "./useOpen";

/** The simulated phone of the customer whose conversation is open. Fills its parent. */
export function Phone({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const demo = useQuery(demoQuery());
  const line = useOpenLine();
  return (
    <>
      <header className="flex h-12 shrink-0 items-center gap-1 border-b border-line ps-4 pe-2">
        <h2 className="min-w-0 grow truncate text-13 font-medium text-muted">
          {t("app.demo_phone")}
        </h2>
        <IconButton
          icon={ExternalLink}
          label={t("demo.phone_own_tab")}
          onClick={() =>
            window.open(phoneAddress(demo.data?.sim_path ?? "/sim/", line ?? null, false))
          }
        />
        <IconButton icon={X} label={t("demo.phone_hide")} onClick={onClose} />
      </header>
      {demo.isError ? (
        <ErrorState
          title={t("demo.phone_error")}
          text={errorText(t, demo.error)}
          onRetry={() => void demo.refetch()}
          pending={demo.isFetching}
        />
      ) : (
        demo.data && line !== undefined && <Screen simPath={demo.data.sim_path} line={line} />
      )}
    </>
  );
}

/** Keeps its page: another customer is told to it instead of loading it again. */
function Screen({ simPath, line }: { simPath: string; line: Line | null }) {
  const { t } = useTranslation();
  const frame = useRef<HTMLIFrameElement>(null);
  const [address] = useState(() => phoneAddress(simPath, line, true));
  const [loaded, setLoaded] = useState(false);
  const { customer, number } = line ?? {};
  useEffect(() => {
    if (!loaded || customer === undefined) return;
    const page = frame.current?.contentWindow;
    page?.postMessage({ type: "metasim.open", customer, number }, window.location.origin);
  }, [loaded, customer, number]);
  return (
    <iframe
      ref={frame}
      src={address}
      title={t("app.demo_phone")}
      onLoad={() => setLoaded(true)}
      allow="microphone"
      className="min-h-0 w-full grow border-0"
    />
  );
}
