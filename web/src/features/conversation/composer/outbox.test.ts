import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { meKeys } from "@/api/me";

/** The module anew for each test: it lasts as long as the page. */
let outbox: typeof import("./outbox");
let errors: typeof import("@/api/error");

let backOnline: (() => void) | undefined;
vi.mock("@/realtime/live", () => ({
  onOnline: (call: () => void) => {
    backOnline = call;
    return () => {
      backOnline = undefined;
    };
  },
}));
const post = vi.hoisted(() => vi.fn<typeof import("@/api/messages").postMessage>());
vi.mock("@/api/messages", () => ({ postMessage: post, postNote: vi.fn(), putMessage: vi.fn() }));

const ME = "1";
let cache: QueryClient;

beforeEach(async () => {
  vi.resetModules();
  outbox = await import("./outbox");
  errors = await import("@/api/error");
  vi.useFakeTimers();
  vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => {}, removeItem: () => {} });
  cache = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  cache.setQueryData(meKeys.all, { id: ME });
  lastAnswer({ by: ME, at: "2000-01-01T00:00:00Z" });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  post.mockReset();
});

/** Who answered the conversation last, as the server tells it. */
function lastAnswer({ by, at }: { by: string; at: string }): void {
  vi.spyOn(cache, "fetchQuery").mockResolvedValue({
    id: "c",
    last_operator_id: by,
    last_outgoing: { at, status: "sent" },
  });
}

const settle = () => vi.advanceTimersByTimeAsync(0);
const say = (text: string) =>
  outbox.send(cache, "c", ME, { kind: "message", input: { type: "text", text } });
const states = () => outbox.kept("c").map(({ state }) => state);
const posted = () => post.mock.calls.map(([, { text, client_id }]) => [text, client_id]);

function unreachable(): void {
  post.mockRejectedValue(new errors.ApiError(0, {}));
}
function reachable(): void {
  post.mockImplementation(async (_id, { client_id }) => ({ client_id }) as never);
}

test("what cannot be sent waits, in order, and goes by itself when the connection is back", async () => {
  unreachable();
  say("one");
  say("two");
  await settle();
  expect(states()).toEqual(["waiting", "waiting"]);
  const ids = outbox.kept("c").map(({ clientId }) => clientId);
  expect(posted()).toEqual([["one", ids[0]]]);

  reachable();
  say("three");
  await settle();
  expect(states()).toEqual(["waiting", "waiting", "waiting"]);
  const last = outbox.kept("c")[2]?.clientId;
  post.mockClear();
  backOnline?.();
  await settle();
  expect(posted()).toEqual([
    ["one", ids[0]],
    ["two", ids[1]],
    ["three", last],
  ]);
  expect(states()).toEqual([]);
});

test("it is tried again by the clock too, and stays first while it fails", async () => {
  post.mockRejectedValueOnce(new errors.ApiError(503, { detail: "The store cannot write now." }));
  say("one");
  await settle();
  expect(outbox.kept("c")[0]?.error?.detail).toBe("The store cannot write now.");
  post.mockRejectedValueOnce(new errors.ApiError(0, {}));
  say("two");
  await vi.advanceTimersByTimeAsync(2000);
  expect(states()).toEqual(["waiting", "waiting"]);
  reachable();
  await vi.advanceTimersByTimeAsync(30_000);
  expect(states()).toEqual([]);
  expect(posted().map(([text]) => text)).toEqual(["one", "one", "one", "two"]);
});

test("what the server refuses fails, and holds up nobody", async () => {
  reachable();
  post.mockRejectedValueOnce(new errors.ApiError(409, { detail: "The window is closed." }));
  say("one");
  say("two");
  await settle();
  expect(states()).toEqual(["failed"]);
});

test("no answer goes on top of a colleague's that was written meanwhile", async () => {
  unreachable();
  say("one");
  await settle();
  lastAnswer({ by: "2", at: new Date(Date.now() + 60_000).toISOString() });
  reachable();
  post.mockClear();
  backOnline?.();
  await settle();
  expect(outbox.kept("c")).toMatchObject([{ state: "failed", reason: "answered_meanwhile" }]);
  expect(post).not.toHaveBeenCalled();
});

test("nothing is sent in the name of another member", async () => {
  unreachable();
  say("one");
  await settle();
  cache.setQueryData(meKeys.all, { id: "2" });
  reachable();
  post.mockClear();
  backOnline?.();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(post).not.toHaveBeenCalled();
  expect(states()).toEqual(["waiting"]);
});
