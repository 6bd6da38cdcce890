import { judgeFile } from "./limits";
import type { LocalFile, Size } from "./outbox";

/** A file that was chosen and not sent yet; `verdict` says whether it can be. */
export type Staged = {
  id: string;
  file: File;
  url: string;
  verdict: ReturnType<typeof judgeFile>;
  size?: Size;
};

export function stage(files: Iterable<File>): Staged[] {
  return [...files].map((file) => ({
    id: crypto.randomUUID(),
    file,
    url: URL.createObjectURL(file),
    verdict: judgeFile(file),
  }));
}

export function unstage({ url }: Staged): void {
  URL.revokeObjectURL(url);
}

/** As what it will be sent; null for one that cannot be. */
export function sendable({ file, url, verdict, size }: Staged): LocalFile | null {
  if (verdict.problem !== null) return null;
  return { file, url, kind: verdict.kind, ...(size && { size }) };
}
