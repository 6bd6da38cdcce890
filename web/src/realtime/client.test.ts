import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type ConnectionState, RealtimeClient, type Socket, type Transport } from "./client";
import type { ServerFrame } from "./wire";

class FakeSocket implements Socket {
  sent: unknown[] = [];
  closed = false;
  onopen: (() => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly transport: Transport;
  constructor(transport: Transport) {
    this.transport = transport;
  }
  /** The connection breaks, as browsers tell it. */
  fail(code = 1006) {
    this.onclose?.({ code });
  }
  onmessage: ((event: { data: unknown }) => void) | null = null;
  send(text: string) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.closed = true;
  }
  say(frame: object) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

const TIME = "2026-03-01T10:00:00Z";

function setup() {
  const sockets: FakeSocket[] = [];
  const frames: ServerFrame[] = [];
  const states: ConnectionState[] = [];
  const onReset = vi.fn();
  const onSignedOut = vi.fn();
  const client = new RealtimeClient({
    connect: (transport) => {
      const socket = new FakeSocket(transport);
      sockets.push(socket);
      return socket;
    },
    onFrame: (frame) => frames.push(frame),
    onReset,
    onState: (state) => states.push(state),
    onSignedOut,
    random: () => 1,
  });
  const latest = () => {
    const socket = sockets.at(-1);
    if (!socket) throw new Error("no socket was opened");
    return socket;
  };
  const seen = () => frames.flatMap((frame) => (frame.type === "changes" ? [frame.n] : []));
  const online = (from: number | null, upto: number) => {
    client.start(from);
    latest().onopen?.();
    latest().say({ type: "hello", upto, server_time: TIME });
  };
  return { client, sockets, latest, frames, seen, states, onReset, onSignedOut, online };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("resumes from what was read before the socket stood", () => {
  const { latest, seen, states, onReset, online } = setup();
  online(40, 42);
  expect(latest().sent[0]).toEqual({ type: "resume", from: 40 });
  latest().say({ n: 42, prev: 40, changes: [] });
  expect(seen()).toEqual([42]);
  expect(states).toEqual(["online"]);
  expect(onReset).not.toHaveBeenCalled();
});

test("without a number to start from everything is read again once", () => {
  const { latest, onReset, online } = setup();
  online(null, 7);
  expect(onReset).toHaveBeenCalledTimes(1);
  latest().say({ n: 8, prev: 7, changes: [] });
  expect(latest().sent).not.toContainEqual(expect.objectContaining({ type: "resume" }));
});

test("a gap asks to resume and ignores what comes before the answer", () => {
  const { latest, seen, online } = setup();
  online(10, 10);
  latest().say({ n: 11, prev: 10, changes: [] });
  latest().say({ n: 15, prev: 14, changes: [] });
  latest().say({ n: 16, prev: 15, changes: [] });
  expect(latest().sent.filter((frame) => JSON.stringify(frame).includes("resume"))).toEqual([
    { type: "resume", from: 10 },
    { type: "resume", from: 11 },
  ]);
  latest().say({ n: 16, prev: 11, changes: [] });
  latest().say({ n: 17, prev: 16, changes: [] });
  expect(seen()).toEqual([11, 16, 17]);
});

test("a frame that was already considered is dropped, an overlapping one is not", () => {
  const { latest, seen, online } = setup();
  online(10, 10);
  latest().say({ upto: 12 });
  latest().say({ n: 12, prev: 11, changes: [] });
  latest().say({ n: 14, prev: 11, changes: [] });
  expect(seen()).toEqual([14]);
});

test("a reset reads all again and goes on from its number", () => {
  const { latest, seen, onReset, online } = setup();
  online(10, 900);
  latest().say({ type: "reset", upto: 900 });
  expect(onReset).toHaveBeenCalledTimes(1);
  latest().say({ n: 901, prev: 900, changes: [] });
  expect(seen()).toEqual([901]);
});

test("a resume that is never answered ends in a reset on a new connection", () => {
  const { latest, sockets, onReset, online } = setup();
  online(10, 10);
  const first = latest();
  latest().say({ n: 20, prev: 19, changes: [] });
  vi.advanceTimersByTime(10_000);
  expect(first.closed).toBe(true);
  vi.advanceTimersByTime(500);
  expect(sockets).toHaveLength(2);
  latest().onopen?.();
  latest().say({ type: "hello", upto: 20, server_time: TIME });
  expect(onReset).toHaveBeenCalledTimes(1);
});

test("waits longer after each failure, up to 30 s, and starts short again after a hello", () => {
  const { client, latest, sockets, states } = setup();
  client.start(1);
  const waits: number[] = [];
  for (let attempt = 0; attempt < 9; attempt++) {
    latest().fail();
    const before = sockets.length;
    let waited = 0;
    while (sockets.length === before) {
      vi.advanceTimersByTime(250);
      waited += 250;
    }
    waits.push(waited);
  }
  expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  latest().onopen?.();
  latest().say({ type: "hello", upto: 1, server_time: TIME });
  latest().fail();
  const before = sockets.length;
  vi.advanceTimersByTime(500);
  expect(sockets.length).toBe(before + 1);
  expect(states).toEqual(["offline", "online", "offline"]);
});

test("a new connection is told what is open here and how present we are", () => {
  const { client, latest, online } = setup();
  client.watch("c1");
  client.setPresence("away");
  online(1, 1);
  expect(latest().sent).toEqual([
    { type: "resume", from: 1 },
    { type: "presence", state: "away" },
    { type: "watch", conversation_id: "c1" },
  ]);
});

test("a nudge reconnects at once, and probes a socket that has been quiet", () => {
  const { client, latest, sockets, online } = setup();
  online(5, 5);
  client.nudge();
  expect(latest().sent).toHaveLength(2);
  vi.advanceTimersByTime(46_000);
  client.nudge();
  expect(latest().sent.at(-1)).toEqual({ type: "resume", from: 5 });
  latest().fail();
  client.nudge();
  expect(sockets).toHaveLength(2);
});

test("stopped means no further attempt", () => {
  const { client, latest, sockets, online } = setup();
  online(5, 5);
  client.stop();
  expect(latest().closed).toBe(true);
  vi.advanceTimersByTime(120_000);
  expect(sockets).toHaveLength(1);
});

test("counters are not of the log: they are heard with a number that was there already", () => {
  const { latest, frames, online } = setup();
  online(7, 7);
  const counters = { kind: "counters", value: { version: 7 } };
  latest().say({ n: 7, prev: 7, changes: [counters] });
  expect(frames.at(-1)).toMatchObject({ type: "changes", changes: [counters] });
  latest().say({ n: 8, prev: 7, changes: [] });
  expect(frames.at(-1)).toMatchObject({ n: 8 });
});

test("an ended session is not connected again, and is told once", () => {
  const { client, latest, sockets, states, onSignedOut, online } = setup();
  online(5, 5);
  latest().fail(4401);
  vi.advanceTimersByTime(120_000);
  expect(sockets).toHaveLength(1);
  expect(onSignedOut).toHaveBeenCalledTimes(1);
  expect(states).toEqual(["online", "offline"]);
  // Signed in again in another tab.
  client.nudge();
  expect(sockets).toHaveLength(2);
});

test.each([1000, 1006, 1008, 1013, 4403, 4409])(
  "after a close with %d it connects again",
  (code) => {
    const { latest, sockets, onSignedOut, online } = setup();
    online(5, 5);
    latest().fail(code);
    vi.advanceTimersByTime(500);
    expect(sockets).toHaveLength(2);
    expect(onSignedOut).not.toHaveBeenCalled();
  },
);

test("a conversation that may not be seen any more is handed on to be forgotten", () => {
  const { latest, frames, online } = setup();
  online(5, 5);
  latest().say({ type: "forget", conversation_id: "9" });
  expect(frames.at(-1)).toEqual({ type: "forget", conversation_id: "9" });
});

function transports(sockets: readonly FakeSocket[]) {
  return sockets.map(({ transport }) => transport);
}

test("where no socket speaks, streams take turns with sockets", () => {
  const { client, latest, sockets } = setup();
  client.start(1);
  for (let attempt = 0; attempt < 5; attempt++) {
    latest().fail();
    vi.advanceTimersByTime(30_000);
  }
  expect(transports(sockets).slice(0, 6)).toEqual([
    "socket",
    "socket",
    "stream",
    "socket",
    "stream",
    "socket",
  ]);
});

test("a socket that opens and stays dumb counts as one that does not open", () => {
  const { client, latest, sockets } = setup();
  client.start(1);
  for (let attempt = 0; attempt < 2; attempt++) {
    latest().onopen?.();
    vi.advanceTimersByTime(11_000);
  }
  expect(transports(sockets)).toEqual(["socket", "socket", "stream"]);
});

test("a socket that has spoken is not replaced by a stream", () => {
  const { latest, sockets, online } = setup();
  online(5, 5);
  for (let attempt = 0; attempt < 3; attempt++) {
    latest().fail();
    vi.advanceTimersByTime(500);
    latest().onopen?.();
    latest().say({ type: "hello", upto: 5, server_time: TIME });
  }
  expect(new Set(transports(sockets))).toEqual(new Set(["socket"]));
});

/** A client whose sockets fail and whose stream says hello. */
function onStream() {
  const all = setup();
  const { client, latest, sockets } = all;
  client.start(40);
  latest().fail();
  vi.advanceTimersByTime(500);
  latest().fail();
  vi.advanceTimersByTime(1000);
  const stream = latest();
  expect(stream.transport).toBe("stream");
  stream.onopen?.();
  stream.say({ type: "hello", upto: 42, server_time: TIME });
  const better = latest();
  expect(transports(sockets)).toEqual(["socket", "socket", "stream", "socket"]);
  return { ...all, stream, better };
}

test("a stream resumes and carries the same frames", () => {
  const { stream, better, seen, states, onReset } = onStream();
  better.fail();
  expect(stream.sent[0]).toEqual({ type: "resume", from: 40 });
  stream.say({ n: 42, prev: 40, changes: [] });
  stream.say({ n: 43, prev: 42, changes: [] });
  expect(seen()).toEqual([42, 43]);
  expect(states.at(-1)).toBe("online");
  expect(onReset).not.toHaveBeenCalled();
});

test("a socket that was only away takes over from the stream without a gap", () => {
  const { stream, better, seen, client, latest } = onStream();
  client.watch("c1");
  stream.say({ n: 42, prev: 40, changes: [] });
  better.say({ type: "hello", upto: 44, server_time: TIME });
  expect(stream.closed).toBe(true);
  expect(better.sent).toEqual([
    { type: "resume", from: 42 },
    { type: "presence", state: "online" },
    { type: "watch", conversation_id: "c1" },
  ]);
  better.say({ n: 44, prev: 42, changes: [] });
  expect(seen()).toEqual([42, 44]);
  expect(latest()).toBe(better);
});

test("a stream is kept when the socket beside it says nothing, and a nudge tries one later", () => {
  const { stream, better, sockets, client } = onStream();
  stream.say({ n: 42, prev: 40, changes: [] });
  vi.advanceTimersByTime(11_000);
  expect(better.closed).toBe(true);
  expect(stream.closed).toBe(false);
  client.nudge();
  expect(sockets).toHaveLength(4);
  vi.advanceTimersByTime(6 * 60_000);
  client.nudge();
  expect(transports(sockets).at(-1)).toBe("socket");
  expect(sockets).toHaveLength(5);
  client.stop();
  expect(sockets.every(({ closed }, index) => index < 2 || closed)).toBe(true);
});

test("a lost stream tries one socket and then streams again", () => {
  const { stream, better, latest, sockets } = onStream();
  better.fail();
  stream.fail(0);
  vi.advanceTimersByTime(500);
  latest().fail();
  vi.advanceTimersByTime(1000);
  expect(transports(sockets).slice(4)).toEqual(["socket", "stream"]);
});
