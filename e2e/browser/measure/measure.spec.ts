import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { firstLoad, type Load } from "../world/load";
import { Demo, OWNER, SUPPORT } from "../world/parley";
import { expect, test } from "../world/story";
import { measureLatency, percentile } from "./latency";
import { busy, load, machine, residentMB } from "./machine";
import { timeToReady } from "./starting";

const RUNS = 10;
const IDLE_SECONDS = 60;
const PER_SECOND = 20;
const SECONDS = 30;
const CUSTOMERS = 10;

type Figures = Record<string, number | string>;

const figures: { what: string; got: string; bar: string }[] = [];
const raw: Record<string, unknown> = {};

test.describe.configure({ mode: "serial" });

test.beforeAll(() => {
  raw.machine = machine();
  raw.load_before = load();
});

test.afterAll(() => {
  raw.load_after = load();
  console.log(JSON.stringify(raw, null, 2));
  const rows = figures.map(({ what, got, bar }) => `| ${what} | ${got} | ${bar} |`);
  console.log(["", "| what | measured | bar |", "|---|---|---|", ...rows, ""].join("\n"));
});

test("from the hook to the screen", async ({ fresh, open }) => {
  await fresh.settle();
  const customers = Array.from(
    { length: CUSTOMERS },
    (_, i) => `+4477009005${String(i).padStart(2, "0")}`,
  );
  for (const [i, customer] of customers.entries()) {
    await fresh.simulator.writes(customer, SUPPORT, "Hello", `Customer ${i}`);
  }
  const page = await open(fresh, "/chats?view=all&sort=recent", { as: OWNER });
  await page.getByRole("link", { name: "Customer 0" }).click();
  await expect(
    page.getByRole("region", { name: "Open conversation" }).getByText("Hello"),
  ).toBeVisible();
  await expect(page.getByRole("link", { name: /^Customer/ })).toHaveCount(CUSTOMERS);
  const before = busy();
  const { list, conversation, sent, seconds } = await measureLatency(page, fresh.simulator, {
    to: SUPPORT,
    customers,
    perSecond: PER_SECOND,
    seconds: SECONDS,
  });
  const after = busy();
  const cores = (raw.machine as { cores: number }).cores;
  const used = ((after.busy - before.busy) / (after.all - before.all)) * cores;
  const summary: Figures = { sent, per_second: round(sent / seconds), cores_busy: round(used) };
  for (const [where, values] of [
    ["list", list],
    ["conversation", conversation],
  ] as const) {
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => percentile(values, share));
    Object.assign(summary, {
      [`${where}_n`]: values.length,
      [`${where}_p50_ms`]: p50,
      [`${where}_p95_ms`]: p95,
      [`${where}_p99_ms`]: p99,
      [`${where}_max_ms`]: Math.max(...values),
    });
    figures.push({
      what: `hook to painted in the ${where}, ${PER_SECOND}/s: p50 / p95 / p99`,
      got: `${p50} / ${p95} / ${p99} ms`,
      bar: "p99 < 150 ms",
    });
  }
  raw.latency = summary;
  raw.resident_after_load_mb = residentMB(fresh.pid);
});

test("the first load", async ({ fresh, open }) => {
  await fresh.settle();
  await fresh.simulator.writes("+447700900500", SUPPORT, "Hello", "Customer");
  const page = await open(fresh, "about:blank", { as: OWNER });
  const first: Load = await firstLoad(page, fresh.origin);
  raw.first_load = first;
  figures.push({ what: "first load: requests", got: `${first.requests}`, bar: "≤ 12" });
  figures.push({
    what: "first load: JavaScript over the wire",
    got: `${first.scriptKB} KB`,
    bar: "≤ 260 KB",
  });
  figures.push({
    what: "first load: everything over the wire",
    got: `${first.totalKB} KB`,
    bar: "",
  });
  figures.push({ what: "first load: other hosts", got: `${first.hosts.length - 1}`, bar: "0" });
});

test("starting, and idling", async () => {
  const folder = await mkdtemp(join(tmpdir(), "parley-measure-"));
  const demo = await Demo.start();
  await demo.quit();
  const cases = [
    { name: "empty", data: (run: number) => join(folder, `empty-${run}`) },
    { name: "demonstration's data", data: () => join(demo.data, "demo") },
  ];
  for (const { name, data } of cases) {
    const times: number[] = [];
    for (let run = 1; run <= RUNS; run++) {
      const { ms, server } = await timeToReady(data(run), await freePort());
      times.push(Math.round(ms));
      if (run === RUNS) {
        await new Promise((resolve) => setTimeout(resolve, IDLE_SECONDS * 1000));
        const resident = residentMB(server.pid);
        raw[`resident_mb ${name}`] = resident;
        figures.push({
          what: `resident memory idle after ${IDLE_SECONDS} s, ${name}`,
          got: `${resident} MB`,
          bar: "≤ 80 MB",
        });
      }
      await server.stop();
    }
    raw[`start_ms ${name}`] = times;
    figures.push({
      what: `start to ready, ${name}: median / slowest of ${RUNS}`,
      got: `${percentile(times, 0.5)} / ${Math.max(...times)} ms`,
      bar: "≤ 2 s",
    });
  }
  await rm(folder, { recursive: true });
  await rm(demo.data, { recursive: true });
});

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on("error", reject).listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === "object"
          ? resolve(address.port)
          : reject(new Error("no port")),
      );
    });
  });
}
