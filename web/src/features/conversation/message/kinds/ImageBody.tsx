import { useTranslation } from "react-i18next";
import { usePane } from "../../pane";
import type { BodyProps } from "../body";
import { boxOf, shownFile } from "../files";
import { Caption } from "./Caption";
import { FileState } from "./FileState";
import { Progress } from "./Progress";

export function ImageBody({ message, sending }: BodyProps) {
  const { t } = useTranslation();
  const { view } = usePane();
  const shown = shownFile(message, sending);
  if (shown.state !== "here") {
    return (
      <>
        <FileState shown={shown} />
        <Caption text={message.text} />
      </>
    );
  }
  const { width, height } = boxOf(shown.width, shown.height);
  const label = message.text || shown.name || t("conversation.type.image");
  return (
    <>
      <button
        type="button"
        aria-label={t("conversation.open_image", { name: label })}
        disabled={!shown.file}
        onClick={() => shown.file && view(shown.file.id)}
        className="relative -mx-2 -mt-0.5 block max-w-[calc(100%+1rem)] overflow-hidden rounded-8 bg-hover"
        style={{ width, aspectRatio: `${width} / ${height}` }}
      >
        <img
          src={shown.preview ?? shown.url}
          alt=""
          width={width}
          height={height}
          loading="lazy"
          decoding="async"
          draggable={false}
          className="size-full object-cover"
        />
        <Progress sending={sending} />
      </button>
      <Caption text={message.text} />
    </>
  );
}
