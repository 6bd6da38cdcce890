import type { Page } from "@playwright/test";
import type { Simulator } from "../world/simulator";
import { until } from "../world/until";

/** Milliseconds from just before the customer's phone sends to the first painted frame that shows the text. */
export type Latency = { list: number[]; conversation: number[]; sent: number; seconds: number };

type Seen = { list: [number, number][]; conversation: [number, number][] };
type Watching = { parleySeen: Seen };

/** Notes in the page when each numbered text has been painted: in the list, and in the open conversation. */
async function watchTexts(page: Page, list: string, conversation: string): Promise<void> {
  await page.evaluate(
    ([listName, conversationName]) => {
      const seen: Seen = { list: [], conversation: [] };
      (window as unknown as Watching).parleySeen = seen;
      const watch = (name: string, where: [number, number][]) => {
        const region = document.querySelector(`section[aria-label="${name}"]`);
        if (!region) throw new Error(`there is no section ${name}`);
        const known = new Set<number>();
        const look = (text: string | null) => {
          for (const [, id] of text?.matchAll(/measured (\d+)/g) ?? []) {
            const number = Number(id);
            if (known.has(number)) continue;
            known.add(number);
            // The task after the next frame's callbacks runs when that frame has been painted.
            requestAnimationFrame(() => {
              const { port1, port2 } = new MessageChannel();
              port1.onmessage = () => where.push([number, Date.now()]);
              port2.postMessage(null);
            });
          }
        };
        new MutationObserver((records) => {
          for (const { type, target, addedNodes } of records) {
            if (type === "characterData") look(target.textContent);
            for (const node of addedNodes) look(node.textContent);
          }
        }).observe(region, { subtree: true, childList: true, characterData: true });
      };
      watch(listName, seen.list);
      watch(conversationName, seen.conversation);
    },
    [list, conversation] as const,
  );
}

/** Lets customers write at a steady rate, whether earlier messages have arrived or not. */
export async function measureLatency(
  page: Page,
  simulator: Simulator,
  {
    to,
    customers,
    perSecond,
    seconds,
  }: { to: string; customers: string[]; perSecond: number; seconds: number },
): Promise<Latency> {
  await watchTexts(page, "Conversations", "Open conversation");
  const total = perSecond * seconds;
  const sentAt: number[] = [];
  const sending: Promise<unknown>[] = [];
  const begin = performance.now();
  for (let i = 0; i < total; i++) {
    const wait = begin + (i * 1000) / perSecond - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const customer = customers[i % customers.length] ?? "";
    sentAt[i] = Date.now();
    sending.push(simulator.writes(customer, to, `measured ${i} of ${total}`));
  }
  const took = (performance.now() - begin) / 1000;
  await Promise.all(sending);
  const read = () => page.evaluate(() => (window as unknown as Watching).parleySeen);
  const mine = total / customers.length;
  await until(`all ${total} texts were painted`, async () => {
    const { list, conversation } = await read();
    return list.length === total && conversation.length === mine;
  }).catch(async (error: Error) => {
    const { list, conversation } = await read();
    throw new Error(
      `${error.message}: the list showed ${list.length}, the conversation ${conversation.length} of ${mine}`,
    );
  });
  const { list, conversation } = await read();
  const after = ([id, at]: [number, number]) => at - (sentAt[id] ?? Number.NaN);
  return {
    list: list.map(after),
    conversation: conversation.map(after),
    sent: total,
    seconds: took,
  };
}

/** The value below which a share of the values lies. */
export function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
