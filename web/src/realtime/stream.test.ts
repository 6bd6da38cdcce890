import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { StreamSocket } from "./stream";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

type Answer = { write: (text: string) => void; end: () => void; signal: AbortSignal; url: string };

/** A server whose answers the test writes. */
function server(status = 200, type = "text/event-stream; charset=utf-8") {
  const calls: Answer[] = [];
  const fetcher = ((url: string, { signal }: { signal: AbortSignal }) => {
    let stream!: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start(controller) {
        stream = controller;
      },
    });
    signal.addEventListener("abort", () => stream.error(signal.reason));
    calls.push({
      url,
      signal,
      write: (text) => stream.enqueue(new TextEncoder().encode(text)),
      end: () => stream.close(),
    });
    return Promise.resolve(
      new Response(status === 200 ? body : null, { status, headers: { "Content-Type": type } }),
    );
  }) as unknown as typeof fetch;
  return { calls, fetcher };
}

function open(fetcher: typeof fetch, from: number | null = null) {
  const heard: unknown[] = [];
  const closes: number[] = [];
  const socket = new StreamSocket("/changes", fetcher);
  socket.onopen = () => {
    if (from !== null) socket.send(JSON.stringify({ type: "resume", from }));
  };
  socket.onmessage = ({ data }) => heard.push(data);
  socket.onclose = ({ code }) => closes.push(code);
  return { socket, heard, closes };
}

const settle = () => vi.advanceTimersByTimeAsync(0);

function first(calls: Answer[]): Answer {
  const [call] = calls;
  if (!call) throw new Error("nothing was asked for");
  return call;
}

test("reads the data of events, in whatever pieces they come", async () => {
  const { calls, fetcher } = server();
  const { heard, closes } = open(fetcher);
  await settle();
  const { url, write, end } = first(calls);
  expect(url).toBe("/changes");
  write('data: {"a":1}\n\n:\n\nid: 7\nda');
  write('ta: {"b":"č"}\n\ndata: {"c"');
  await settle();
  expect(heard).toEqual(['{"a":1}', '{"b":"č"}']);
  write(":3}\n\n");
  await settle();
  expect(heard).toHaveLength(3);
  end();
  await settle();
  expect(closes).toEqual([0]);
});

test("resumes by asking again, and hears nothing more of the first answer", async () => {
  const { calls, fetcher } = server();
  const { socket, heard, closes } = open(fetcher, 40);
  await settle();
  expect(calls.map(({ url }) => url)).toEqual(["/changes?from=40"]);
  first(calls).write("data: 1\n\n");
  await settle();
  socket.send(JSON.stringify({ type: "typing", conversation_id: "9" }));
  socket.send(JSON.stringify({ type: "resume", from: 44 }));
  await settle();
  expect(calls.map(({ url }) => url)).toEqual(["/changes?from=40", "/changes?from=44"]);
  expect(first(calls).signal.aborted).toBe(true);
  calls[1]?.write("data: 2\n\n");
  await settle();
  expect(heard).toEqual(["1", "2"]);
  expect(closes).toEqual([]);
});

test.each([
  [401, "application/problem+json", 4401],
  [503, "text/plain", 0],
  [200, "text/html", 0],
])("an answer %d of %s closes with %d", async (status, type, code) => {
  const { fetcher } = server(status, type);
  const { closes } = open(fetcher);
  await settle();
  expect(closes).toEqual([code]);
});

test("a stream without a sign of life is closed, one with heartbeats is not", async () => {
  const { calls, fetcher } = server();
  const { closes } = open(fetcher);
  await settle();
  for (let beat = 0; beat < 6; beat++) {
    await vi.advanceTimersByTimeAsync(20_000);
    first(calls).write(":\n\n");
  }
  await settle();
  expect(closes).toEqual([]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(closes).toEqual([0]);
});

test("closed by us it tells nothing more", async () => {
  const { calls, fetcher } = server();
  const { socket, heard, closes } = open(fetcher);
  await settle();
  socket.close();
  await settle();
  expect(first(calls).signal.aborted).toBe(true);
  await vi.advanceTimersByTimeAsync(120_000);
  expect([heard, closes]).toEqual([[], []]);
});
