import { useTranslation } from "react-i18next";
import type { BodyProps } from "../body";
import { shownFile } from "../files";
import { Caption } from "./Caption";
import { FileState } from "./FileState";
import { Progress } from "./Progress";

export function VideoBody({ message, sending }: BodyProps) {
  const { t } = useTranslation();
  const shown = shownFile(message, sending);
  return (
    <>
      {shown.state === "here" ? (
        <div className="relative -mx-2 -mt-0.5 aspect-video w-80 max-w-[calc(100%+1rem)] overflow-hidden rounded-8 bg-stage">
          {/* biome-ignore lint/a11y/useMediaCaption: customers' videos come without captions. */}
          <video
            src={shown.url}
            poster={shown.preview ?? undefined}
            controls
            playsInline
            preload={shown.preview ? "none" : "metadata"}
            aria-label={message.text || shown.name || t("conversation.type.video")}
            className="size-full object-contain"
          />
          <Progress sending={sending} />
        </div>
      ) : (
        <FileState shown={shown} />
      )}
      <Caption text={message.text} />
    </>
  );
}
