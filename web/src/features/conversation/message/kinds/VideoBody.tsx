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
        <div className="relative aspect-video w-80 max-w-full overflow-hidden rounded-8 bg-sunken">
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
