import { FileText, Film, Music, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/i18n/useFormat";
import { cx } from "@/ui/cx";
import { IconButton } from "@/ui/IconButton";
import type { Staged } from "./files";
import type { Size } from "./outbox";

export type TrayProps = {
  files: readonly Staged[];
  onRemove: (id: string) => void;
  /** An image was seen, and how large it is. */
  onSize: (id: string, size: Size) => void;
};

/** The files that go with the message, and what is wrong with one that cannot. */
export function Tray({ files, onRemove, onSize }: TrayProps) {
  const { t } = useTranslation();
  if (files.length === 0) return null;
  return (
    <ul
      aria-label={t("conversation.attachments")}
      className="flex max-h-44 flex-wrap gap-2 overflow-auto px-3 pt-3"
    >
      {files.map((item) => (
        <li
          key={item.id}
          className={cx(
            "flex w-60 max-w-full items-center gap-2 rounded-8 border p-1.5",
            item.verdict.problem ? "border-bad" : "border-line",
          )}
        >
          <Preview item={item} onSize={(size) => onSize(item.id, size)} />
          <span className="min-w-0 grow text-12">
            <bdi className="block truncate text-13">{item.file.name}</bdi>
            <Words item={item} />
          </span>
          <IconButton
            size="small"
            tooltip={false}
            icon={X}
            label={t("conversation.remove_file", { name: item.file.name })}
            onClick={() => onRemove(item.id)}
          />
        </li>
      ))}
    </ul>
  );
}

type PreviewProps = { item: Staged; onSize: (size: Size) => void };

function Preview({ item: { verdict, url }, onSize }: PreviewProps) {
  const [broken, setBroken] = useState(false);
  if (!broken && (verdict.kind === "image" || verdict.kind === "sticker")) {
    return (
      <img
        src={url}
        alt=""
        onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
          onSize({ width: naturalWidth, height: naturalHeight })
        }
        onError={() => setBroken(true)}
        className="size-10 shrink-0 rounded-6 bg-hover object-cover"
      />
    );
  }
  const Icon = verdict.kind === "video" ? Film : verdict.kind === "audio" ? Music : FileText;
  return (
    <span className="flex size-10 shrink-0 items-center justify-center rounded-6 bg-hover text-muted">
      <Icon aria-hidden className="size-5" strokeWidth={1.5} />
    </span>
  );
}

function Words({ item: { verdict, file } }: { item: Staged }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { kind, problem } = verdict;
  const size = format.bytes(file.size, problem === "too_large" ? verdict.max : undefined);
  return (
    <>
      <span className="block text-muted">
        {kind ? `${t(`conversation.type.${kind}`)} · ${size}` : size}
      </span>
      {problem && (
        <span role="alert" className="block text-bad">
          {problem === "too_large"
            ? t("conversation.file_too_large", { max: format.bytes(verdict.max) })
            : problem === "empty"
              ? t("conversation.file_empty")
              : t("conversation.file_type")}
        </span>
      )}
    </>
  );
}
