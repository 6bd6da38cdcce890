import type { Socket } from "./client";
import { type ClientFrame, SIGNED_OUT } from "./wire";

/** The server writes something at least every 20 s. */
const SILENCE = 60_000;

/**
 * A stream of events in the place of a socket, where no WebSocket gets through: the frames are the
 * same. It cannot speak, except to say where to resume from, which opens it again.
 */
export class StreamSocket implements Socket {
  onopen: (() => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  readonly #url: string;
  readonly #fetch: typeof fetch;
  #reading: AbortController | null = null;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(url: string, fetcher: typeof fetch = (...call) => fetch(...call)) {
    this.#url = url;
    this.#fetch = fetcher;
    queueMicrotask(() => {
      if (this.#closed) return;
      this.onopen?.();
      if (!this.#reading) this.#listen(null);
    });
  }

  send(text: string): void {
    const frame = JSON.parse(text) as ClientFrame;
    if (frame.type === "resume" && !this.#closed) this.#listen(frame.from);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#silence);
    this.#reading?.abort();
  }

  #listen(from: number | null): void {
    this.#reading?.abort();
    const reading = new AbortController();
    this.#reading = reading;
    this.#expectSign();
    this.#read(from, reading.signal).then(
      (code) => this.#ended(reading, code),
      () => this.#ended(reading, 0),
    );
  }

  /** Reads to the end, and returns the code to close with. */
  async #read(from: number | null, signal: AbortSignal): Promise<number> {
    const url = from === null ? this.#url : `${this.#url}?from=${from}`;
    const response = await this.#fetch(url, {
      headers: { Accept: "text/event-stream" },
      credentials: "same-origin",
      cache: "no-store",
      signal,
    });
    if (response.status === 401) return SIGNED_OUT;
    const type = response.headers.get("Content-Type") ?? "";
    if (!response.ok || !type.startsWith("text/event-stream") || !response.body) return 0;
    const lines = new LineReader();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done || signal.aborted) return 0;
      this.#expectSign();
      for (const line of lines.take(value)) {
        if (signal.aborted) return 0;
        // Each event of ours is one line of data; ids matter to EventSource only.
        if (line.startsWith("data: ")) this.onmessage?.({ data: line.slice(6) });
      }
    }
  }

  #expectSign(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      const reading = this.#reading;
      reading?.abort();
      if (reading) this.#ended(reading, 0);
    }, SILENCE);
  }

  #ended(reading: AbortController, code: number): void {
    if (this.#closed || reading !== this.#reading) return;
    this.close();
    this.onclose?.({ code });
  }
}

/** Cuts a text that comes in pieces into lines. */
class LineReader {
  #rest = "";

  take(piece: string): string[] {
    const lines = (this.#rest + piece).split("\n");
    this.#rest = lines.pop() ?? "";
    return lines;
  }
}
