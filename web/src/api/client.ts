import createClient, { type Middleware } from "openapi-fetch";
import { createStore } from "@/app/store";
import { ApiError, readError } from "./error";
import type { paths } from "./schema";

let signedOut: () => void = () => {};

/** Called when the server no longer knows our session. */
export function onSignedOut(call: () => void): void {
  signedOut = call;
}

/** Whether a session of this page ended without being asked to, until somebody signs in again. */
export const sessionEnded = createStore(false);

let leaving = false;

/** Says that we sign out ourselves, so that the end of the session surprises nobody. */
export function setLeaving(now: boolean): void {
  leaving = now;
}

/** The server no longer knows our session. */
export function endSession(): void {
  if (leaving) return;
  sessionEnded.set(true);
  signedOut();
}

/** A 401 here is an answer, not a surprise: a wrong password, or nobody signed in yet. */
function asksWhoIAm({ method, url }: Request): boolean {
  const { pathname } = new URL(url);
  return pathname === "/api/v1/me" || (method === "POST" && pathname === "/api/v1/sessions");
}

const errors: Middleware = {
  async onResponse({ request, response }) {
    if (response.ok) return undefined;
    const error = await readError(response);
    if (error.status === 401 && !asksWhoIAm(request)) endSession();
    throw error;
  },
  onError({ error }) {
    if (error instanceof DOMException && error.name === "AbortError") return error;
    return new ApiError(0, {});
  },
};

/** The API. Calls reject with ApiError; wrap them in `data` to get the answer's body. */
export const api = createClient<paths>({
  baseUrl: globalThis.location?.origin,
  credentials: "same-origin",
});
api.use(errors);

/** The body of an answer. The middleware has thrown already when there is none to be had. */
export async function data<T>(call: Promise<{ data?: T }>): Promise<T> {
  const answer = await call;
  return answer.data as T;
}
