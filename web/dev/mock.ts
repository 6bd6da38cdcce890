import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Plugin } from "vite";
import { conversations, counters, me, sessions } from "./fixtures.ts";

/**
 * Answers the API from fixtures, so that screens can be looked at without the server. `?mock=` on the
 * page chooses a state: signed-out, setup, empty, slow, error.
 */
export function mockServer(): Plugin {
  return {
    name: "parley-mock",
    apply: "serve",
    configureServer({ middlewares, httpServer }) {
      middlewares.use((request, response, next) => {
        if (!request.url?.startsWith("/api/")) return next();
        void answer(request, response);
      });
      httpServer?.on("upgrade", (request, socket) => {
        if (request.url !== "/ws") return;
        const accept = createHash("sha1")
          .update(`${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
          .digest("base64");
        socket.write(
          `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
        );
        const hello = {
          type: "hello",
          upto: 1,
          server_time: new Date().toISOString(),
          presence: { [me.id]: "online" },
        };
        const text = Buffer.from(JSON.stringify(hello));
        const size = text.length < 126 ? [text.length] : [126, text.length >> 8, text.length & 255];
        socket.write(Buffer.concat([Buffer.from([0x81, ...size]), text]));
        socket.on("error", () => socket.destroy());
      });
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "", "http://mock");
  const state = new URL(request.headers.referer ?? "http://mock").searchParams.get("mock") ?? "";
  const send = (status: number, body?: unknown) => {
    response.writeHead(status, {
      "Content-Type": status < 400 ? "application/json" : "application/problem+json",
    });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  };
  const route = `${request.method} ${url.pathname.replace("/api/v1", "")}`;
  const input: unknown = JSON.parse((await read(request)) || "{}");
  if (state === "slow" && route === "GET /conversations") return;
  switch (route) {
    case "GET /setup":
      return send(200, { needed: state === "setup" });
    case "POST /setup":
      return send(422, {
        status: 422,
        title: "Unprocessable Entity",
        code: "invalid",
        detail: "Some fields need another look.",
        errors: [
          { location: "body.code", message: "This code is not the one that the server printed." },
          { location: "body.password", message: "At least 10 characters, please." },
        ],
      });
    case "POST /sessions":
      return (input as { password?: string }).password === "wrong"
        ? send(401, { status: 401, title: "Unauthorized", code: "unauthorized" })
        : send(204);
    case "GET /sessions":
      return send(200, { items: sessions });
    case "GET /me":
      return state === "signed-out" || state === "setup"
        ? send(401, { status: 401 })
        : send(200, me);
    case "PATCH /me": {
      const { name, settings } = input as Partial<typeof me>;
      if (name) me.name = name;
      Object.assign(me.settings, settings);
      return send(200, me);
    }
    case "GET /counters":
      return send(200, counters);
    case "GET /conversations": {
      if (state === "error")
        return send(500, { status: 500, title: "Internal Server Error", code: "internal" });
      const view = url.searchParams.get("view");
      const q = url.searchParams.get("q")?.toLowerCase() ?? "";
      const items = conversations.filter(
        (item) =>
          state !== "empty" &&
          (view !== "mine" || item.assignee_id === me.id) &&
          (view !== "unassigned" || item.assignee_id === null) &&
          (view !== "waiting" || item.waiting) &&
          item.participant.name.toLowerCase().includes(q),
      );
      const start = Number(url.searchParams.get("cursor") ?? 0);
      const end = start + Number(url.searchParams.get("limit") ?? 50);
      return send(200, {
        items: items.slice(start, end),
        next_cursor: end < items.length ? String(end) : null,
      });
    }
    default:
      return request.method === "DELETE"
        ? send(204)
        : send(404, { status: 404, code: "not_found" });
  }
}

async function read(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}
