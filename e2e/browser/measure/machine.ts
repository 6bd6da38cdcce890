import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";

/** What the figures were taken on. */
export function machine(): Record<string, string | number> {
  const chromium = process.env.PARLEY_TEST_CHROMIUM || "/usr/bin/chromium";
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    memory_gb: Math.round(totalmem() / 2 ** 30),
    kernel: readFileSync("/proc/sys/kernel/osrelease", "utf8").trim(),
    node: process.version,
    browser: execFileSync(chromium, ["--version"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim(),
  };
}

/** How many tasks wanted a core in the last minute; above the number of cores, somebody waited. */
export function load(): number {
  return loadavg()[0] ?? Number.NaN;
}

/** Jiffies that the machine has been busy and idle since it started. */
export function busy(): { busy: number; all: number } {
  const line = readFileSync("/proc/stat", "utf8").split("\n")[0] ?? "";
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, soft = 0, steal = 0] = line
    .split(/\s+/)
    .slice(1)
    .map(Number);
  const working = user + nice + system + irq + soft + steal;
  return { busy: working, all: working + idle + wait };
}

/** Resident memory of a process, in MB of 10^6 bytes. */
export function residentMB(pid: number): number {
  const kb = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Math.round((Number(kb) * 1024) / 1e5) / 10;
}
