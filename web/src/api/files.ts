import { ApiError } from "./error";
import type { StoredFile } from "./types";

/** Where a file's bytes are; ranges are served. */
export const contentURL = (id: string) => `/api/v1/files/${id}/content`;

/** Where a small image of it is, when `has_preview`. */
export const previewURL = (id: string) => `/api/v1/files/${id}/preview`;

/**
 * Uploads a file to send. It goes by XMLHttpRequest, because fetch tells nothing of how far an
 * upload has come. `onProgress` gets 0 to 1.
 */
export function uploadFile(
  file: File,
  onProgress: (part: number) => void,
  signal: AbortSignal,
): Promise<StoredFile> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append("file", file, file.name);
    request.open("POST", "/api/v1/files");
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onerror = () => reject(new ApiError(0, {}));
    request.onabort = () => reject(new DOMException("", "AbortError"));
    request.onload = () => {
      const answer: unknown = request.response;
      if (request.status === 201) return resolve(answer as StoredFile);
      const problem = typeof answer === "object" && answer !== null ? answer : {};
      reject(new ApiError(request.status, problem as Record<string, unknown>));
    };
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(form);
  });
}
