import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Api } from "./api";
import { Process } from "./process";
import { Simulator } from "./simulator";
import { until } from "./until";

/** The demonstration's two business numbers, its people's password, and where the simulator is. */
export const SUPPORT = "+15550100200";
export const SALES = "+15550100300";
export const OWNER = { email: "demo@parley.test", name: "Alex Morgan", password: "parley-demo" };
export const AGENT = {
  email: "martina@parley.test",
  name: "Martina Kováčová",
  password: "parley-demo",
};

/** What a business would find in its provider's dashboard; the simulator knows the same. */
export const ACCOUNT = {
  name: "Corner Shop",
  waba_id: "102290129340398",
  phone_number_id: "106540352242922",
  phone_number: SUPPORT,
  app_secret: "the-app-secret",
  verify_token: "verify-me",
  access_token: "the-access-token",
};

/** A folder of its own for a story; gone after it. */
async function folder(): Promise<string> {
  return mkdtemp(join(tmpdir(), "parley-story-"));
}

/** A demonstration: server and simulator in one process, with a clock that can be moved. */
export class Demo {
  /** The owner's API. */
  api: Api;
  simulator: Simulator;

  private constructor(
    private readonly process: Process,
    readonly data: string,
    readonly origin: string,
  ) {
    this.api = new Api(origin);
    this.simulator = new Simulator(origin);
  }

  static async start(): Promise<Demo> {
    const data = await folder();
    const process = new Process(
      ["demo", "--no-customers", "--listen", "127.0.0.1:0", "--data", join(data, "demo")],
      data,
    );
    const demo = new Demo(process, data, await process.find(/Open\s+(http:\S+)/));
    await demo.ready();
    return demo;
  }

  private async ready(): Promise<void> {
    await until("the demonstration knows its numbers", async () => {
      const numbers = await this.simulator.numbers();
      return numbers.some(({ phone_number }) => phone_number === SALES);
    });
    this.api = await this.api.as(OWNER.email, OWNER.password);
  }

  /** Moves the clock that server and simulator share. */
  async later(seconds: number): Promise<void> {
    await this.api.post("/api/v1/demo/clock", { advance_seconds: seconds });
  }

  /** Ends it and leaves its data. */
  quit(): Promise<void> {
    return this.process.stop();
  }

  async stop(): Promise<void> {
    await this.quit();
    await rm(this.data, { recursive: true });
  }
}

/** A new server with nothing in it, and a simulator beside it. */
export class Fresh {
  /** The owner's API, once there is an owner. */
  api: Api;

  private constructor(
    private server: Process,
    private readonly sim: Process,
    private readonly data: string,
    readonly origin: string,
    readonly code: string,
    readonly graph: string,
    readonly simulator: Simulator,
  ) {
    this.api = new Api(origin);
  }

  static async start(): Promise<Fresh> {
    const data = await folder();
    const sim = new Process(["sim", "--listen", "127.0.0.1:0"], data);
    const simOrigin = await sim.find(/Graph API\s+(http:\/\/[^/\s]+)/);
    const server = serve("127.0.0.1:0", data);
    const origin = await server.find(/Open\s+(http:\S+)/);
    const code = await server.find(/Code\s+(\S+)/);
    await ready(origin);
    return new Fresh(
      server,
      sim,
      data,
      origin,
      code,
      `${simOrigin}/v24.0`,
      new Simulator(simOrigin),
    );
  }

  /** Makes the owner and connects one number, as the first-run page and the settings would. */
  async settle(): Promise<void> {
    await this.api.post("/api/v1/setup", {
      code: this.code,
      workspace_name: ACCOUNT.name,
      ...OWNER,
    });
    const { hook_path } = await this.api.post<{ hook_path: string }>("/api/v1/connections", {
      kind: "whatsapp",
      provider: "cloud",
      name: ACCOUNT.name,
      waba_id: ACCOUNT.waba_id,
      app_secret: ACCOUNT.app_secret,
      verify_token: ACCOUNT.verify_token,
      access_token: ACCOUNT.access_token,
      api_base_url: this.graph,
      channels: [
        { phone_number_id: ACCOUNT.phone_number_id, phone_number: SUPPORT, name: "Support" },
      ],
    });
    await this.simulator.addNumber({ ...ACCOUNT, callback_url: this.origin + hook_path });
  }

  get pid(): number {
    return this.server.pid;
  }

  /** Ends the server as a power cut would; the simulator goes on. */
  kill(): Promise<void> {
    return this.server.kill();
  }

  /** Starts it again at the same address, on the same data. */
  async restart(): Promise<void> {
    this.server = serve(new URL(this.origin).host, this.data);
    await ready(this.origin);
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await this.sim.stop();
    await rm(this.data, { recursive: true });
  }
}

function serve(listen: string, data: string): Process {
  return new Process(
    ["serve", "--listen", listen, "--outbound-allow", "127.0.0.0/8"],
    join(data, "data"),
  );
}

async function ready(origin: string): Promise<void> {
  await until("the server is ready", async () => (await fetch(`${origin}/readyz`)).ok);
}
