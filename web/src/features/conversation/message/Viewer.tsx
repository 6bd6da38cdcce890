import { ChevronLeft, ChevronRight, Download } from "lucide-react";
import { useTranslation } from "react-i18next";
import { contentURL } from "@/api/files";
import type { Message } from "@/api/types";
import { useFormat } from "@/i18n/useFormat";
import { IconButton } from "@/ui/IconButton";
import { Lightbox } from "@/ui/Lightbox";
import { usePane } from "../pane";
import { authorName } from "./words";

export type ViewerProps = {
  /** The images of the conversation as far as it is loaded, the oldest first. */
  images: readonly Message[];
  fileId: string;
  onMove: (fileId: string) => void;
  onClose: () => void;
};

/** One image large; arrow keys lead to the others. */
export default function Viewer({ images, fileId, onMove, onClose }: ViewerProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { me, conversation } = usePane();
  const index = images.findIndex(({ files }) => files[0]?.id === fileId);
  const message = images[index];
  const file = message?.files[0];
  if (!message || !file) return null;
  const go = (step: number) => {
    const next = images[index + step]?.files[0];
    if (next) onMove(next.id);
  };
  const author = authorName(t, message, me.id, conversation.participant.name);
  const title = `${author} · ${format.exact(Date.parse(message.at))}`;
  return (
    <Lightbox
      title={title}
      caption={message.text}
      onClose={onClose}
      onKeyDown={({ key }) => {
        // The past lies before, in whatever direction one reads.
        const rtl = document.documentElement.dir === "rtl";
        if (key === "ArrowLeft") go(rtl ? 1 : -1);
        if (key === "ArrowRight") go(rtl ? -1 : 1);
      }}
      actions={
        <>
          <IconButton
            icon={ChevronLeft}
            label={t("conversation.previous_image")}
            disabled={index === 0}
            onClick={() => go(-1)}
          />
          <IconButton
            icon={ChevronRight}
            label={t("conversation.next_image")}
            disabled={index === images.length - 1}
            onClick={() => go(1)}
          />
          <a
            href={contentURL(file.id)}
            download={file.name ?? true}
            aria-label={t("conversation.download", {
              name: file.name ?? t("conversation.type.image"),
            })}
            className="inline-flex size-control items-center justify-center rounded-6 text-muted hover:bg-hover hover:text-ink"
          >
            <Download aria-hidden className="size-4" />
          </a>
        </>
      }
    >
      <img
        key={file.id}
        src={contentURL(file.id)}
        alt={message.text || t("conversation.image_of", { author })}
        width={file.width ?? undefined}
        height={file.height ?? undefined}
        className="max-h-full max-w-full object-contain"
      />
    </Lightbox>
  );
}
