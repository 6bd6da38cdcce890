import type { BrowserContext, Page } from "@playwright/test";

/** Notes what no page of ours may do: throw, log errors, break its policy, or call another host. */
export class Watch {
  readonly found: string[] = [];
  // Not to be signed in yet is an answer, which the browser logs all the same.
  private readonly allowed: RegExp[] = [/\b401\b.* \/api\/v1\/me$/];

  /** A story that provokes an error says so before. */
  allow(...patterns: RegExp[]): void {
    this.allowed.push(...patterns);
  }

  async over(context: BrowserContext, origins: string[]): Promise<void> {
    const known = new Set(origins.map((origin) => new URL(origin).host));
    const visit = (url: string) => {
      const { protocol, host } = new URL(url);
      if (!["data:", "blob:", "about:"].includes(protocol) && !known.has(host)) {
        this.note(`request to another host: ${url}`);
      }
    };
    await context.exposeBinding("parleyStoryPolicy", (_, text: string) => this.note(text));
    await context.addInitScript(() => {
      addEventListener("securitypolicyviolation", (event) => {
        const told = window as unknown as { parleyStoryPolicy(text: string): void };
        told.parleyStoryPolicy(`policy ${event.effectiveDirective} blocks ${event.blockedURI}`);
      });
    });
    context.on("request", (request) => visit(request.url()));
    context.on("page", (page) => this.page(page, visit));
    context.on("weberror", (error) => this.note(`page error: ${error.error().stack}`));
    context.on("console", (message) => {
      if (message.type() !== "error") return;
      const { url } = message.location();
      this.note(`console error: ${message.text()} ${url ? new URL(url).pathname : ""}`);
    });
  }

  private page(page: Page, visit: (url: string) => void): void {
    page.on("websocket", (socket) => visit(socket.url()));
    page.on("crash", () => this.note("the page crashed"));
  }

  private note(text: string): void {
    if (!this.allowed.some((pattern) => pattern.test(text))) this.found.push(text);
  }
}
