import { useQueryClient } from "@tanstack/react-query";
import { Mic, SendHorizontal, Trash2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ActionButton } from "@/actions/ActionButton";
import type { Action } from "@/actions/action";
import { useActions } from "@/actions/hooks";
import { IconButton } from "@/ui/IconButton";
import { toast } from "@/ui/Toasts";
import { playTime } from "../message/player/player";
import { usePane } from "../pane";
import { send } from "./outbox";
import { chooseRecording, type Recording, startRecording } from "./recording";

/** Records a voice note. Not there where the browser makes nothing that the channel takes. */
export function Recorder({ onSent }: { onSent: () => void }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const { conversation, me } = usePane();
  const [format] = useState(chooseRecording);
  const [recording, setRecording] = useState<Recording | null>(null);
  const live = useRef<Recording | null>(null);
  const seconds = useSeconds(recording !== null);
  // Whoever leaves the conversation while recording does not want it any more.
  useEffect(() => () => live.current?.cancel(), []);
  const record: Action = {
    id: "compose recording",
    group: "conversation",
    name: (t) => t("conversation.record"),
    icon: Mic,
    visible: () => format !== null && recording === null,
    perform: () => void begin(),
  };
  useActions([record]);
  if (!format) return null;

  async function begin() {
    if (!format) return;
    try {
      live.current = await startRecording(format);
      setRecording(live.current);
    } catch {
      toast({ title: t("conversation.no_microphone"), tone: "bad" });
    }
  }

  function end(): Recording | null {
    const ended = live.current;
    live.current = null;
    setRecording(null);
    return ended;
  }

  async function finish() {
    try {
      const file = await end()?.finish();
      if (!file) return;
      const voice = file.type === "audio/ogg";
      send(cache, conversation.id, me.id, {
        kind: "message",
        input: { type: "audio", ...(voice && { voice }) },
        file: { file, kind: "audio", url: URL.createObjectURL(file) },
      });
      onSent();
    } catch {
      toast({ title: t("conversation.recording_failed"), tone: "bad" });
    }
  }

  if (!recording) {
    return <ActionButton action={record} />;
  }
  return (
    <span className="flex items-center gap-1 rounded-6 bg-bad-tint ps-2">
      <span role="timer" className="flex items-center gap-1.5 text-13 text-bad tabular-nums">
        <span aria-hidden="true" className="size-2 animate-pulse rounded-full bg-bad" />
        <span className="sr-only">{t("conversation.recording")}</span>
        {playTime(seconds)}
      </span>
      <IconButton
        icon={Trash2}
        label={t("conversation.discard_recording")}
        onClick={() => end()?.cancel()}
      />
      <IconButton
        icon={SendHorizontal}
        label={t("conversation.send_recording")}
        onClick={() => void finish()}
      />
    </span>
  );
}

/** Seconds since `on` became true. */
function useSeconds(on: boolean): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    if (!on) return;
    const from = performance.now();
    const timer = setInterval(() => setSeconds((performance.now() - from) / 1000), 250);
    return () => {
      clearInterval(timer);
      setSeconds(0);
    };
  }, [on]);
  return seconds;
}
