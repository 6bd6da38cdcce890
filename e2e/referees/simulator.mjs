// `parley sim` as a process of its own for one test, with its control API and a place for its webhooks.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { createServer } from "node:http";
import { resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const binary = resolve(process.env.PARLEY_BIN ?? `${import.meta.dirname}/../../bin/parley`);
const patience = 10_000; // ms, for anything that another process brings about

export const shop = {
  waba_id: "102290129340398",
  phone_number_id: "106540352242922",
  phone_number: "+421900000001",
  name: "Shop",
  app_secret: "the-app-secret",
  access_token: "the-access-token",
  verify_token: "the-verify-token",
};

// What a receiver gets wrong when it hashes anything but the bytes that came: letters and an emoji beyond ASCII,
// and characters that encoders like to escape.
export const trickyText =
  'Ďakujem, žltý kôň 🐎👨‍👩‍👧 stojí 5 € – <a@b.sk> "áno"/nie & \\ \u2028konec';

export async function startSimulator(t) {
  const child = spawn(binary, ["sim", "--listen", "127.0.0.1:0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const ended = new Promise((end) => child.once("exit", end).once("error", end));
  t.after(async () => {
    child.kill();
    await ended;
    process.removeListener("exit", kill);
  });
  return new Simulator(await printedAddress(child));
}

function printedAddress(child) {
  return new Promise((found, fail) => {
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
      const address = /Graph API\s+(http:\/\/[^/\s]+)/.exec(text);
      if (address) found(address[1]);
    });
    child.once("error", fail);
    child.once("exit", () => fail(new Error(`${binary} sim ended, having printed: ${text}`)));
  });
}

class Simulator {
  constructor(url) {
    this.url = url;
  }

  async call(method, path, body) {
    const answer = await fetch(`${this.url}/sim/api${path}`, {
      method,
      body: body && JSON.stringify(body),
    });
    const result = await answer.json();
    assert.ok(answer.ok, `${method} ${path}: ${result.detail}`);
    return result.items ?? result;
  }

  post(path, body) {
    return this.call("POST", path, body);
  }

  // writes lets a customer send any kind of message and gives its id.
  async writes(customer, message) {
    const { id } = await this.post(`/customers/${encodeURIComponent(customer)}/messages`, message);
    return id;
  }

  // shows is the message as the customer's phone has it.
  async shows(customer, id) {
    const messages = await this.call("GET", `/customers/${encodeURIComponent(customer)}/messages`);
    const found = messages.find((message) => message.id === id);
    assert.ok(found, `the phone of ${customer} has no message ${id}`);
    return found;
  }

  // reaches waits until the message has a status on its way to the customer.
  async reaches(customer, id, status) {
    return this.until(
      `${status} of ${id}`,
      `/customers/${encodeURIComponent(customer)}/messages`,
      (message) => message.id === id && message.status === status,
    );
  }

  // until polls a list of the control API for an entry.
  async until(what, path, wanted) {
    const deadline = Date.now() + patience;
    for (;;) {
      const items = await this.call("GET", path);
      const found = items.find(wanted);
      if (found) return found;
      assert.ok(Date.now() < deadline, `waited in vain for ${what}; ${JSON.stringify(items)}`);
      await pause(10);
    }
  }

  async movesClock(hours) {
    await this.post("/clock", { offset_seconds: hours * 3600 });
  }
}

// startReceiver serves a callback address: answer gets Node's request and gives { status, body }. What it puts into
// the mailbox waits there for the test.
export async function startReceiver(t, answer) {
  const mail = new Mailbox();
  const server = createServer(async (request, response) => {
    const { status = 200, body } = await answer(request, mail);
    response.writeHead(status).end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${server.address().port}/hook`, mail };
}

class Mailbox {
  #letters = [];
  #bell = new EventEmitter();

  push(letter) {
    this.#letters.push(letter);
    this.#bell.emit("letter");
  }

  // next waits for a letter and takes it out. wanted gives a true value for the one that is meant.
  async next(what, wanted) {
    const signal = AbortSignal.timeout(patience);
    for (;;) {
      const at = this.#letters.findIndex(wanted);
      if (at >= 0) return this.#letters.splice(at, 1)[0];
      await once(this.#bell, "letter", { signal }).catch(() => {
        assert.fail(`waited in vain for ${what}; there was ${JSON.stringify(this.#letters)}`);
      });
    }
  }
}

// connect makes the shop's number known. With a receiver, Meta's handshake must succeed.
export async function connect(simulator, receiver, changes) {
  const answer = await simulator.post("/numbers", {
    ...shop,
    callback_url: receiver?.url,
    ...changes,
  });
  if (receiver) assert.equal(answer.verification.ok, true, answer.verification.error);
}
