import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Plugin } from "vite";
import {
  channels,
  connections,
  contacts,
  conversations,
  counters,
  findings,
  hooks,
  me,
  members,
  messagesOf,
  sessions,
  teams,
  tokens,
} from "./fixtures.ts";

/**
 * Answers the API from fixtures, so that screens can be looked at without the server. `?mock=` on the
 * page chooses a state: signed-out, setup, empty (no conversations), new (no channels either), slow,
 * error.
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
  const list = <T>(items: readonly T[]) => send(200, { items: state === "new" ? [] : items });
  const [resource, id, action] = url.pathname.replace("/api/v1/", "").split("/");
  if (state === "slow" && route === "GET /conversations") return;
  switch (route) {
    case "GET /setup":
      return send(200, { needed: state === "setup", demo: false, version: "dev" });
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
      const items = conversations.filter(
        (item) =>
          state !== "empty" &&
          state !== "new" &&
          (view !== "mine" || item.assignee_id === me.id) &&
          (view !== "unassigned" || item.assignee_id === null) &&
          (view !== "waiting" || item.waiting) &&
          (view !== "closed" || item.status === "closed") &&
          (view !== "snoozed" || item.status === "snoozed"),
      );
      const start = Number(url.searchParams.get("cursor") ?? 0);
      const end = start + Number(url.searchParams.get("limit") ?? 50);
      return send(200, {
        items: items.slice(start, end),
        next_cursor: end < items.length ? String(end) : null,
      });
    }
    case "GET /channels":
      return list(channels);
    case "GET /members":
      return send(200, { items: members });
    case "GET /teams":
      return list(teams);
    case "GET /tokens":
      return list(tokens);
    case "POST /tokens":
      return send(201, {
        ...tokens[0],
        name: "Shop",
        value: "parley_7Zt4w9QxK2mB8cV1nR5sD3fG6hJ0pL",
      });
    case "GET /connections":
      return list(connections);
    case "GET /hooks": {
      const wanted = url.searchParams.get("state");
      return send(200, {
        items: hooks.filter((hook) => !wanted || hook.state === wanted),
        next_cursor: null,
      });
    }
    case "GET /search": {
      const q = url.searchParams.get("q")?.toLowerCase() ?? "";
      const messages = conversations
        .slice(0, 3)
        .flatMap(({ id: of }) => messagesOf(of))
        .filter(({ text }) => text.toLowerCase().includes(q));
      return send(200, {
        contacts: contacts.filter(({ name, phone }) =>
          `${name} ${phone}`.toLowerCase().includes(q),
        ),
        conversations: conversations.slice(0, 3),
        messages: { items: messages, next_cursor: null },
      });
    }
    default:
      if (request.method === "GET" && resource === "conversations" && id) {
        return action === "messages"
          ? send(200, { items: messagesOf(id), next_cursor: null })
          : send(
              200,
              conversations.find((item) => item.id === id),
            );
      }
      if (request.method === "GET" && resource === "contacts") {
        return send(200, { ...contacts.find((item) => item.id === id), conversations: [] });
      }
      if (resource === "connections" && id) {
        return action === "test"
          ? send(200, { ok: false, findings })
          : send(
              200,
              connections.find((item) => item.id === id),
            );
      }
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
