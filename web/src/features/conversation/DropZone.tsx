import { Upload } from "lucide-react";
import { type DragEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";

export type DropZoneProps = {
  enabled: boolean;
  onFiles: (files: Iterable<File>) => void;
  children: ReactNode;
};

/** Takes files that are dropped anywhere on the conversation. */
export function DropZone({ enabled, onFiles, children }: DropZoneProps) {
  const { t } = useTranslation();
  // Entering a child leaves its parent: only the count says whether they are still here.
  const [depth, setDepth] = useState(0);
  const carries = (event: DragEvent<HTMLDivElement>) =>
    enabled && event.dataTransfer.types.includes("Files");
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button in the composer does the same by keyboard.
    <div
      className="@container relative flex min-h-0 min-w-0 grow flex-col"
      onDragEnter={(event) => carries(event) && setDepth(depth + 1)}
      onDragLeave={(event) => carries(event) && setDepth(Math.max(0, depth - 1))}
      onDragOver={(event) => carries(event) && event.preventDefault()}
      onDrop={(event) => {
        if (!carries(event)) return;
        event.preventDefault();
        setDepth(0);
        onFiles(event.dataTransfer.files);
      }}
    >
      {children}
      {depth > 0 && (
        <div className="pointer-events-none absolute inset-2 z-sticky flex flex-col items-center justify-center gap-2 rounded-12 border-2 border-dashed border-accent bg-selected text-14 font-medium text-accent-ink">
          <Upload aria-hidden className="size-6" />
          {t("conversation.drop")}
        </div>
      )}
    </div>
  );
}
