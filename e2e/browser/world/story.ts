import { type BrowserContextOptions, test as base, expect, type Page } from "@playwright/test";
import { Demo, Fresh } from "./parley";
import { Watch } from "./watch";

export { expect } from "@playwright/test";

export const WIDE = { width: 1440, height: 900 };
export const NARROW = { width: 390, height: 844 };

/** A browser of one person: its own cookies. Without `as` a demonstration signs them in as its owner. */
export type Person = BrowserContextOptions & { as?: { email: string; password: string } };

type World = {
  demo: Demo;
  fresh: Fresh;
  watch: Watch;
  /** Opens a path in a new browser of a server. */
  open: (server: { origin: string }, path?: string, person?: Person) => Promise<Page>;
};

export const test = base.extend<World>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern.
  demo: async ({}, use) => {
    const demo = await Demo.start();
    await use(demo);
    await demo.stop();
  },

  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern.
  fresh: async ({}, use) => {
    const fresh = await Fresh.start();
    await use(fresh);
    await fresh.stop();
  },

  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern.
  watch: async ({}, use) => {
    const watch = new Watch();
    await use(watch);
    expect(watch.found, "what pages did that they may not").toEqual([]);
  },

  open: async ({ browser, watch }, use) => {
    const contexts: { close(): Promise<void> }[] = [];
    await use(async ({ origin }, path = "/", { as, ...options } = {}) => {
      const context = await browser.newContext({
        baseURL: origin,
        viewport: WIDE,
        locale: "en-GB",
        timezoneId: "Europe/Bratislava",
        colorScheme: "light",
        reducedMotion: "reduce",
        ...options,
      });
      contexts.push(context);
      await watch.over(context, [origin]);
      if (as) {
        const { email, password } = as;
        const answer = await context.request.post("/api/v1/sessions", {
          data: { email, password },
        });
        expect(answer.ok(), await answer.text()).toBe(true);
      }
      const page = await context.newPage();
      await page.goto(path);
      return page;
    });
    for (const context of contexts) await context.close();
  },
});
