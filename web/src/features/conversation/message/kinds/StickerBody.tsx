import { useTranslation } from "react-i18next";
import type { BodyProps } from "../body";
import { shownFile } from "../files";
import { FileState } from "./FileState";

export function StickerBody({ message, sending }: BodyProps) {
  const { t } = useTranslation();
  const shown = shownFile(message, sending);
  if (shown.state !== "here") return <FileState shown={shown} />;
  return (
    <img
      src={shown.url}
      alt={t("conversation.type.sticker")}
      width={144}
      height={144}
      loading="lazy"
      decoding="async"
      className="size-36 object-contain"
    />
  );
}
