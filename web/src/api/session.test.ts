import { afterEach, expect, test, vi } from "vitest";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

/** The modules anew, with a server that answers each call with the status. */
async function load(status: number) {
  vi.stubGlobal("location", { origin: "http://desk.test" });
  vi.stubGlobal("fetch", () =>
    status === 0
      ? Promise.reject(new TypeError("no network"))
      : Promise.resolve(
          new Response('{"id":"7","items":[]}', {
            status,
            headers: { "Content-Type": "application/json" },
          }),
        ),
  );
  const client = await import("./client");
  const session = await import("./session");
  const calls = vi.fn();
  client.onSignedOut(calls);
  return { ...client, ...session, calls };
}

test.each([
  [200, "7"],
  [401, null],
  [503, undefined],
  [0, undefined],
])("asked who is here, an answer %d means %s", async (status, who) => {
  const { whoIsHere, calls } = await load(status);
  expect(await whoIsHere()).toBe(who);
  expect(calls).not.toHaveBeenCalled();
});

test("a refused call ends the session, and the page says so", async () => {
  const { api, sessionEnded, calls } = await load(401);
  await expect(api.GET("/api/v1/members")).rejects.toMatchObject({ status: 401 });
  expect(calls).toHaveBeenCalledTimes(1);
  expect(sessionEnded.get()).toBe(true);
});

test("who signs out by hand is told nothing", async () => {
  const { endSession, setLeaving, sessionEnded, calls } = await load(401);
  setLeaving(true);
  endSession();
  expect(calls).not.toHaveBeenCalled();
  expect(sessionEnded.get()).toBe(false);
});
