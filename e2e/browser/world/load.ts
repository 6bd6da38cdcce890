import type { Page } from "@playwright/test";

export type Load = {
  /**
   * Addresses asked for until the network was idle, the page itself included. The browser asks for
   * the icon again with each step of the history; that is its own affair and counts once.
   */
  requests: number;
  paths: string[];
  hosts: string[];
  /** Bodies as they came over the wire, in units of 1024 bytes. */
  scriptKB: number;
  totalKB: number;
};

/** Opens an address with an empty cache and measures what that took, as the browser counts it. */
export async function firstLoad(page: Page, address: string): Promise<Load> {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  const types = new Map<string, { url: string; script: boolean }>();
  let script = 0;
  let total = 0;
  session.on("Network.requestWillBeSent", ({ requestId, request, type }) => {
    types.set(requestId, {
      url: request.url,
      script: type === "Script" || request.url.endsWith(".js"),
    });
  });
  // Bodies as they were packed; of a stream they come in pieces.
  session.on("Network.dataReceived", ({ requestId, encodedDataLength }) => {
    total += encodedDataLength;
    if (types.get(requestId)?.script) script += encodedDataLength;
  });
  await page.goto(address);
  await page.waitForLoadState("networkidle");
  const urls = [...types.values()]
    .map(({ url }) => new URL(url))
    .filter(({ protocol }) => protocol.startsWith("http"));
  const paths = [...new Set(urls.map(({ pathname, search }) => pathname + search))];
  return {
    requests: paths.length,
    paths,
    hosts: [...new Set(urls.map(({ host }) => host))],
    scriptKB: kb(script),
    totalKB: kb(total),
  };
}

function kb(bytes: number): number {
  return Math.round((bytes / 1024) * 10) / 10;
}
