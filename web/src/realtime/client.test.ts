import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type ConnectionState, RealtimeClient, type Socket } from "./client";
import type { ServerFrame } from "./wire";

class FakeSocket implements Socket {
  sent: unknown[] = [];
  closed = false;
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
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
  const client = new RealtimeClient({
    connect: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    onFrame: (frame) => frames.push(frame),
    onReset,
    onState: (state) => states.push(state),
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
  return { client, sockets, latest, frames, seen, states, onReset, online };
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
    latest().onclose?.();
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
  latest().onclose?.();
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
  latest().onclose?.();
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
