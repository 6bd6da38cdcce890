import { useTranslation } from "react-i18next";
import type { Connection } from "@/api/types";
import { useFormat } from "@/i18n/useFormat";
import { MINUTE, useNow } from "@/ui/clock";
import { StoppedNumbers } from "./StoppedNumbers";

export type ConnectionTroublesProps = {
  connection: Connection;
  /** Without what the last test found: a newer one is shown beside. */
  withoutTest?: boolean;
};

/** What is wrong with an account, in lines, and what to do. */
export function ConnectionTroubles({ connection, withoutTest }: ConnectionTroublesProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow(MINUTE);
  const { provider, state_text, test_text, refused_hooks, refused_at, channels } = connection;
  const lines = [
    state_text,
    withoutTest || test_text === state_text ? null : test_text,
    refused_hooks > 0 && refused_at
      ? t(`settings.refused_${provider}`, {
          count: refused_hooks,
          when: format.relative(Date.parse(refused_at), now),
        })
      : null,
  ];
  return (
    <>
      {lines.map(
        (line) =>
          line && (
            <span key={line} className="block text-12 text-bad">
              {line}
            </span>
          ),
      )}
      <StoppedNumbers channels={channels} />
    </>
  );
}
