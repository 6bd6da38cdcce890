import { Mic, Music, Pause, Play } from "lucide-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "@/ui/IconButton";
import { Slider } from "@/ui/Slider";
import { learnDuration, nextRate, playTime, seek, toggle, useDuration, usePlaying } from "./player";

export type AudioPlayerProps = {
  url: string;
  /** Of a file; empty for a voice note. */
  name: string;
  voice: boolean;
};

export function AudioPlayer({ url, name, voice }: AudioPlayerProps) {
  const { t } = useTranslation();
  const { playing, at, rate, failed } = usePlaying(url);
  const duration = useDuration(url);
  useEffect(() => learnDuration(url), [url]);
  const Icon = voice ? Mic : Music;
  const kind = voice ? t("conversation.type.voice") : t("conversation.type.audio");
  return (
    <div className="flex w-72 max-w-full items-center gap-2">
      <IconButton
        tone="plain"
        tooltip={false}
        icon={playing ? Pause : Play}
        label={playing ? t("conversation.player.pause") : t("conversation.player.play")}
        onClick={() => toggle(url)}
      />
      <div className="min-w-0 grow">
        {name && (
          <p dir="auto" className="truncate text-12 text-muted">
            {name}
          </p>
        )}
        <Slider
          label={t("conversation.player.position", { name: name || kind })}
          value={at}
          max={duration ?? 0}
          step={1}
          disabled={duration === null}
          valueText={playTime(at)}
          onChange={(value) => seek(url, value)}
        />
        <p className="flex items-center gap-1 text-12 text-muted tabular-nums">
          <Icon aria-hidden className="size-3 shrink-0" />
          {failed ? (
            <span className="text-bad">{t("conversation.player.failed")}</span>
          ) : (
            <span>{playTime(playing || at > 0 ? at : (duration ?? 0))}</span>
          )}
        </p>
      </div>
      <button
        type="button"
        aria-label={t("conversation.player.speed", { rate })}
        onClick={nextRate}
        className="h-6 w-9 shrink-0 rounded-full bg-hover text-12 font-medium tabular-nums text-muted hover:text-ink"
      >
        {`${rate}×`}
      </button>
    </div>
  );
}
