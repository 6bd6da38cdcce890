import { contentURL, previewURL } from "@/api/files";
import type { Message, StoredFile } from "@/api/types";
import type { Sending } from "../composer/outbox";

/** What there is to show of a message's file: the bytes, here or on the server, or why not. */
export type Shown =
  | {
      state: "here";
      name: string;
      size: number;
      mime: string;
      url: string;
      /** A smaller image of it; null where there is none. */
      preview: string | null;
      width: number | null;
      height: number | null;
      file: StoredFile | null;
    }
  | { state: "pending"; width: number | null; height: number | null }
  | { state: "failed" | "expired" | "missing"; reason: string | null };

export function shownFile({ files }: Message, sending: Sending | undefined): Shown {
  const local = sending?.what.kind === "message" ? sending.what.file : undefined;
  if (local) {
    const { name, size, type } = local.file;
    return {
      state: "here",
      name,
      size,
      mime: type,
      url: local.url,
      preview: null,
      width: local.size?.width ?? null,
      height: local.size?.height ?? null,
      file: null,
    };
  }
  const file = files[0];
  if (!file) return { state: "missing", reason: null };
  const { width, height } = file;
  switch (file.state) {
    case "pending":
      return { state: "pending", width, height };
    case "stored":
      return {
        state: "here",
        name: file.name ?? "",
        size: file.size,
        mime: file.mime,
        url: contentURL(file.id),
        preview: file.has_preview ? previewURL(file.id) : null,
        width,
        height,
        file,
      };
    default:
      return { state: file.state, reason: file.reason };
  }
}

const LONG = 320;
const SHORT = 120;

/** The box in which an image of this size is shown, in px; known before it is loaded, so that nothing moves. */
export function boxOf(
  width: number | null,
  height: number | null,
): { width: number; height: number } {
  if (!width || !height) return { width: 240, height: 240 };
  const scale = Math.min(1, LONG / width, LONG / height);
  return {
    width: Math.max(SHORT, Math.round(width * scale)),
    height: Math.max(SHORT / 2, Math.round(height * scale)),
  };
}
