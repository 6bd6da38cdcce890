import { get } from "node:http";
import { Process } from "../world/process";

/** Milliseconds from the start of the process until /readyz says 200. */
export async function timeToReady(
  data: string,
  port: number,
): Promise<{ ms: number; server: Process }> {
  const begin = performance.now();
  const server = new Process(["serve", "--listen", `127.0.0.1:${port}`], data);
  for (;;) {
    if (await answers(port)) return { ms: performance.now() - begin, server };
    if (performance.now() - begin > 60_000)
      throw new Error(`it was not ready within a minute:\n${server.output}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    get({ host: "127.0.0.1", port, path: "/readyz" }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).on("error", () => resolve(false));
  });
}
