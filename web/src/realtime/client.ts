import { type ClientFrame, readFrame, type ServerFrame, SIGNED_OUT } from "./wire";

export type ConnectionState =
  /** Before the first hello. */
  | "connecting"
  | "online"
  /** Lost; trying again. */
  | "offline";

/** A WebSocket, or a stream of events for those whose proxies let none through. */
export type Transport = "socket" | "stream";

/** The part of WebSocket that is used, so that tests can stand in for it. */
export type Socket = {
  send(text: string): void;
  close(): void;
  onopen: (() => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
};

export type RealtimeConfig = {
  connect: (transport: Transport) => Socket;
  /** Each frame that matters to others, in order, duplicates and gaps already dealt with. */
  onFrame: (frame: ServerFrame) => void;
  /** What was missed cannot be had again: read everything anew. */
  onReset: () => void;
  onState: (state: ConnectionState) => void;
  /** The server says that the session has ended. Nothing is tried again before a nudge. */
  onSignedOut: () => void;
  /** 0 to 1; for the back-off's jitter. */
  random?: () => number;
};

const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
const ANSWER_WAIT = 10_000;
const QUIET = 45_000;
/** So many sockets in a row must fail before their first frame for a stream to be tried. */
const DUMB_SOCKETS = 2;
/** How long a stream is good enough before a socket is tried again. */
const STREAM_FOR = 5 * 60_000;

/**
 * One connection to the server, for as long as the app is open. Changes are numbered; after a break
 * or a gap it asks to resume from the last number, and when that is not answered it resets. Where
 * no socket says anything a stream takes its place, in turns with sockets until one of them works.
 */
export class RealtimeClient {
  readonly #config: RealtimeConfig;
  #socket: Socket | null = null;
  #transport: Transport = "socket";
  /** Whether the server has said hello on the present socket. */
  #greeted = false;
  /** How many sockets in a row ended before a hello. */
  #dumb = 0;
  /** A socket that is tried while a stream serves. */
  #better: Socket | null = null;
  #betterAt = 0;
  #betterBy: ReturnType<typeof setTimeout> | undefined;
  #state: ConnectionState = "connecting";
  #running = false;
  #failures = 0;
  /** The last change number considered; null when we have to take the server's word for it. */
  #last: number | null = null;
  #resuming = false;
  #heardAt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #answer: ReturnType<typeof setTimeout> | undefined;
  #watched: string | null = null;
  #presence: "online" | "away" = "online";

  constructor(config: RealtimeConfig) {
    this.#config = config;
  }

  /** Connects; `from` is the change number that the data read before it are good for. */
  start(from: number | null): void {
    if (this.#running) return;
    this.#running = true;
    this.#last = from;
    this.#open();
  }

  stop(): void {
    this.#running = false;
    clearTimeout(this.#retry);
    this.#drop();
  }

  /** The machine woke, the network came back or the tab is looked at again: do not wait for a timer. */
  nudge(): void {
    if (!this.#running) return;
    if (!this.#socket) {
      clearTimeout(this.#retry);
      this.#open();
    } else if (this.#transport === "stream" && Date.now() - this.#betterAt > STREAM_FOR) {
      this.#tryBetter();
    } else if (
      this.#state === "online" &&
      Date.now() - this.#heardAt > QUIET &&
      this.#last !== null
    ) {
      this.#resume(this.#last);
    }
  }

  /** Tells the server which conversation is open here; the returned function ends it. */
  watch(conversationId: string): () => void {
    this.#watched = conversationId;
    this.#send({ type: "watch", conversation_id: conversationId });
    return () => {
      if (this.#watched !== conversationId) return;
      this.#watched = null;
      this.#send({ type: "watch", conversation_id: null });
    };
  }

  typing(conversationId: string): void {
    this.#send({ type: "typing", conversation_id: conversationId });
  }

  setPresence(state: "online" | "away"): void {
    this.#presence = state;
    this.#send({ type: "presence", state });
  }

  #open(): void {
    const inTurn = this.#dumb >= DUMB_SOCKETS && this.#transport === "socket";
    this.#transport = inTurn ? "stream" : "socket";
    const socket = this.#config.connect(this.#transport);
    this.#use(socket);
    this.#expectAnswer();
    socket.onopen = () => {
      if (this.#last !== null) this.#resume(this.#last);
    };
  }

  #use(socket: Socket): void {
    this.#socket = socket;
    this.#greeted = false;
    socket.onmessage = ({ data }) => {
      if (socket === this.#socket && typeof data === "string") this.#receive(data);
    };
    socket.onclose = ({ code }) => {
      if (socket !== this.#socket) return;
      if (code === SIGNED_OUT) this.#ended();
      else this.#lost();
    };
  }

  /**
   * Tries a socket beside the stream, and changes to it when it speaks: sockets may have failed only
   * because the server was away.
   */
  #tryBetter(): void {
    this.#dropBetter();
    this.#betterAt = Date.now();
    const socket = this.#config.connect("socket");
    this.#better = socket;
    this.#betterBy = setTimeout(() => this.#dropBetter(), ANSWER_WAIT);
    socket.onclose = () => {
      if (socket === this.#better) this.#dropBetter();
    };
    socket.onmessage = ({ data }) => {
      if (socket !== this.#better || typeof data !== "string") return;
      this.#better = null;
      this.#drop();
      this.#transport = "socket";
      this.#use(socket);
      if (this.#last !== null) this.#resume(this.#last);
      this.#receive(data);
    };
  }

  #dropBetter(): void {
    clearTimeout(this.#betterBy);
    const socket = this.#better;
    this.#better = null;
    if (socket) discard(socket);
  }

  #receive(text: string): void {
    this.#heardAt = Date.now();
    const frame = readFrame(text);
    if (!frame) return;
    switch (frame.type) {
      case "hello":
        return this.#hello(frame);
      case "reset":
        return this.#reset(frame.upto);
      case "upto":
        this.#answered();
        this.#last = Math.max(this.#last ?? 0, frame.upto);
        return;
      case "changes":
        return this.#changes(frame);
      default:
        this.#config.onFrame(frame);
    }
  }

  #hello(frame: Extract<ServerFrame, { type: "hello" }>): void {
    this.#failures = 0;
    const first = !this.#greeted;
    this.#greeted = true;
    if (this.#transport === "socket") this.#dumb = 0;
    else if (first) this.#tryBetter();
    this.#setState("online");
    this.#config.onFrame(frame);
    this.#send({ type: "presence", state: this.#presence });
    if (this.#watched) this.#send({ type: "watch", conversation_id: this.#watched });
    if (this.#last === null) {
      this.#answered();
      // What was read before the socket stood may already be old.
      this.#config.onReset();
      this.#last = frame.upto;
    } else if (frame.upto === this.#last) {
      this.#answered();
    }
  }

  #changes(frame: Extract<ServerFrame, { type: "changes" }>): void {
    // Counters are not of the log: their frame covers no change, and has a version of its own.
    if (frame.n === frame.prev) return this.#config.onFrame(frame);
    if (this.#last !== null) {
      if (frame.n <= this.#last) return;
      if (frame.prev > this.#last) {
        if (!this.#resuming) this.#resume(this.#last);
        return;
      }
    }
    this.#answered();
    this.#last = frame.n;
    this.#config.onFrame(frame);
  }

  #resume(from: number): void {
    this.#resuming = true;
    this.#send({ type: "resume", from });
    this.#expectAnswer();
  }

  #reset(upto: number | null): void {
    this.#answered();
    this.#last = upto;
    this.#config.onReset();
  }

  #expectAnswer(): void {
    clearTimeout(this.#answer);
    this.#answer = setTimeout(() => {
      // A socket that opens, or is open, and says nothing is dead; a missing resume ends in a reset.
      if (this.#state === "online" && this.#resuming) this.#last = null;
      this.#lost();
    }, ANSWER_WAIT);
  }

  #answered(): void {
    this.#resuming = false;
    clearTimeout(this.#answer);
  }

  /** Connecting again is of no use until somebody signs in, or finds that we are. */
  #ended(): void {
    this.#drop();
    clearTimeout(this.#retry);
    this.#setState("offline");
    this.#config.onSignedOut();
  }

  #lost(): void {
    if (this.#transport === "socket" && !this.#greeted) this.#dumb += 1;
    this.#drop();
    if (!this.#running) return;
    this.#setState("offline");
    const ceiling = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#failures);
    this.#failures += 1;
    const random = this.#config.random ?? Math.random;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#open(), ceiling / 2 + (ceiling / 2) * random());
  }

  #drop(): void {
    this.#answered();
    this.#dropBetter();
    const socket = this.#socket;
    this.#socket = null;
    if (socket) discard(socket);
  }

  #send(frame: ClientFrame): void {
    if (!this.#socket || (this.#state !== "online" && frame.type !== "resume")) return;
    this.#socket.send(JSON.stringify(frame));
  }

  #setState(state: ConnectionState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#config.onState(state);
  }
}

function discard(socket: Socket): void {
  socket.onopen = null;
  socket.onmessage = null;
  socket.onclose = null;
  socket.close();
}
