import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** What the stories are about: PARLEY_BIN, or what `make build` left. */
export const BINARY =
  process.env.PARLEY_BIN || fileURLToPath(new URL("../../../bin/parley", import.meta.url));

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** A running command of the binary, and what it printed. */
export class Process {
  output = "";
  readonly pid: number;
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown>;
  private changed = () => {};

  constructor(args: string[], data: string) {
    if (!existsSync(BINARY)) {
      throw new Error(`${BINARY} is not there: run make build, or set PARLEY_BIN`);
    }
    this.child = spawn(BINARY, args, {
      env: { ...process.env, PARLEY_DATA: data, PARLEY_DATABASE: "" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.add(this.child);
    this.pid = this.child.pid ?? 0;
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.output += text;
        this.changed();
      });
    }
    this.ended = once(this.child, "close").then(() => {
      running.delete(this.child);
      this.changed();
    });
  }

  private get over(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Waits for the pattern in the output and returns its first group. */
  async find(pattern: RegExp, within = 60_000): Promise<string> {
    const deadline = Date.now() + within;
    for (;;) {
      const found = pattern.exec(this.output);
      if (found) return found[1] ?? found[0];
      const left = deadline - Date.now();
      if (left <= 0 || this.over) {
        throw new Error(
          `${pattern} is not in the output of ${this.child.spawnargs.join(" ")}:\n${this.output}`,
        );
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.changed = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Ends it as a power cut would, as far as a process goes. */
  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.ended;
  }

  /** Asks it to end, and says what it left when it does not. */
  async stop(): Promise<void> {
    if (this.over) return;
    this.child.kill("SIGTERM");
    const late = new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Error(`it did not stop:\n${this.output}`)), 20_000).unref();
    });
    try {
      await Promise.race([this.ended, late]);
    } catch (error) {
      await this.kill();
      throw error;
    }
  }
}
