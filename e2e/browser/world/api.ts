import { until } from "./until";

/** JSON over HTTP with a cookie: what a program would do. Throws at every answer that is not 2xx. */
export class Api {
  private cookie = "";

  constructor(readonly base: string) {}

  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(this.base + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(this.cookie ? { Cookie: this.cookie } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    for (const cookie of response.headers.getSetCookie()) this.cookie = cookie.split(";")[0] ?? "";
    return (text ? JSON.parse(text) : undefined) as T;
  }

  get<T>(path: string): Promise<T> {
    return this.call("GET", path);
  }

  post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.call("POST", path, body);
  }

  /** The same server, signed in as somebody else. */
  async as(email: string, password: string): Promise<Api> {
    const api = new Api(this.base);
    await api.post("/api/v1/sessions", { email, password });
    return api;
  }

  async all<T>(path: string): Promise<T[]> {
    const items: T[] = [];
    for (let cursor = ""; ; ) {
      const sign = path.includes("?") ? "&" : "?";
      const page = await this.get<{ items: T[]; next_cursor: string | null }>(
        `${path}${sign}limit=100&cursor=${encodeURIComponent(cursor)}`,
      );
      items.push(...page.items);
      if (page.next_cursor === null) return items;
      cursor = page.next_cursor;
    }
  }

  /** Waits for the conversation with a phone number. */
  async conversation(phone: string): Promise<Conversation> {
    let found: Conversation | undefined;
    await until(`there is a conversation with ${phone}`, async () => {
      const all = await this.all<Conversation>("/api/v1/conversations?view=all");
      found = all.find(({ participant }) => participant.phone === phone);
      return found !== undefined;
    });
    return found as Conversation;
  }

  messages(conversation: string): Promise<Message[]> {
    return this.all(`/api/v1/conversations/${conversation}/messages`);
  }
}

export type Conversation = {
  id: string;
  number: number;
  channel_id: string;
  contact_id: string;
  participant: { name: string; phone: string | null };
  status: "open" | "closed" | "snoozed";
  waiting: boolean;
  unread: number;
  assignee_id: string | null;
};

export type Message = {
  id: string;
  direction: "in" | "out";
  type: string;
  text: string;
  status: string | null;
};

export type Member = { id: string; name: string; email: string; role: string };
export type Channel = { id: string; name: string; address: string };
