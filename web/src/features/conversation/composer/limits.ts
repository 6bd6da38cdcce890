import type { MessageType } from "@/api/types";

export type FileKind = Extract<MessageType, "image" | "video" | "audio" | "document" | "sticker">;

const KB = 1024;
const MB = 1024 * KB;

/** What WhatsApp takes as each kind of message (Meta, "Media: supported types", v24.0). The server checks it again. */
export const FILE_LIMITS: Record<FileKind, { mimes: readonly string[]; max: number }> = {
  image: { mimes: ["image/jpeg", "image/png"], max: 5 * MB },
  video: { mimes: ["video/mp4", "video/3gpp"], max: 16 * MB },
  audio: {
    mimes: ["audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"],
    max: 16 * MB,
  },
  document: {
    mimes: [
      "text/plain",
      "application/pdf",
      "application/msword",
      "application/vnd.ms-excel",
      "application/vnd.ms-powerpoint",
      "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
      "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ],
    max: 100 * MB,
  },
  sticker: { mimes: ["image/webp"], max: 500 * KB },
};

/** Characters of a caption, and of a text on its own. */
export const MAX_CAPTION = 1024;
export const MAX_TEXT = 4096;
export const MAX_NOTE = 20_000;

/** Other names under which browsers know the same. */
const SAME: Record<string, string> = {
  "audio/x-m4a": "audio/mp4",
  "audio/m4a": "audio/mp4",
  "audio/mp3": "audio/mpeg",
  "audio/x-aac": "audio/aac",
  "audio/opus": "audio/ogg",
  "application/ogg": "audio/ogg",
  "audio/3gpp": "video/3gpp",
  "image/jpg": "image/jpeg",
};

/** Browsers without a registered type for a file leave it empty; the ending decides then. */
const BY_ENDING: Record<string, string> = {
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
  mp4: "video/mp4",
  "3gp": "video/3gpp",
  aac: "audio/aac",
  amr: "audio/amr",
  mp3: "audio/mpeg",
  m4a: "audio/mp4",
  ogg: "audio/ogg",
  opus: "audio/ogg",
  txt: "text/plain",
  csv: "text/plain",
  pdf: "application/pdf",
  doc: "application/msword",
  xls: "application/vnd.ms-excel",
  ppt: "application/vnd.ms-powerpoint",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  pptx: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
};

export type FileVerdict =
  | { kind: FileKind; problem: null }
  | { kind: FileKind; problem: "too_large"; max: number }
  | { kind: null; problem: "type" | "empty" };

/** As what a file can be sent, or why not; before anything is uploaded. */
export function judgeFile(file: { name: string; type: string; size: number }): FileVerdict {
  if (file.size === 0) return { kind: null, problem: "empty" };
  const mime = mimeOf(file);
  for (const kind of ["image", "video", "audio", "document", "sticker"] as const) {
    const { mimes, max } = FILE_LIMITS[kind];
    if (!mimes.includes(mime)) continue;
    return file.size > max ? { kind, problem: "too_large", max } : { kind, problem: null };
  }
  return { kind: null, problem: "type" };
}

function mimeOf({ name, type }: { name: string; type: string }): string {
  const plain = type.split(";")[0]?.trim().toLowerCase() ?? "";
  const known = SAME[plain] ?? plain;
  const ending = name.split(".").at(-1)?.toLowerCase() ?? "";
  const byEnding = BY_ENDING[ending];
  // text/csv and the like are plain text to WhatsApp.
  if (known === "" || known === "application/octet-stream" || known.startsWith("text/")) {
    return byEnding ?? known;
  }
  return known;
}

/** Whether a kind of message has room for a text of its own. */
export function takesCaption(kind: FileKind): boolean {
  return kind === "image" || kind === "video" || kind === "document";
}

/** What a file picker offers. */
export const ACCEPT = [
  ...new Set(Object.values(FILE_LIMITS).flatMap(({ mimes }) => mimes)),
  ...Object.keys(BY_ENDING).map((ending) => `.${ending}`),
].join(",");
