import { Agent, request as httpRequest } from "node:http";
import assert from "node:assert/strict";

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const mixed = [...items];
  for (let index = mixed.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1));
    [mixed[index], mixed[other]] = [mixed[other] as T, mixed[index] as T];
  }
  return mixed;
}

export const channels = ["douyin", "taobao", "kuaishou"] as const;

/** One order of one unit: asked for first, or told afterwards. */
export interface Order {
  readonly kind: "strict" | "observed";
  readonly channel: string;
  readonly orderId: string;
}

/** What the server said of an order: it has it, or it refused it. */
export type Said = "taken" | "refused";

/** Where to send to. Between two lives of the server there is nobody. */
export interface Target {
  readonly url: string;
  readonly key: string;
}

/** Sends orders, 64 at a time, each as often as it stands in the list, whatever happens to the server. */
export class Load {
  /** Every order that was ever sent, answered or not. */
  readonly sent = new Set<string>();
  readonly said = new Map<string, Said>();
  answers = 0;
  /** Asks that the server took with it. */
  unanswered = 0;
  readonly #list: readonly Order[];
  readonly #agent: Agent;
  readonly #inFlight: number;
  #next = 0;
  #again: Order[] = [];
  #target: Target | null = null;
  #wake: (() => void)[] = [];
  /** Asks that are under way. */
  #open = 0;
  #idle: (() => void)[] = [];
  #onAnswer: () => void = () => {};
  #workers: Promise<void>[] = [];
  #ending = false;

  constructor(list: readonly Order[], inFlight: number) {
    this.#list = list;
    this.#inFlight = inFlight;
    this.#agent = new Agent({ keepAlive: true, maxSockets: inFlight });
  }

  start(): void {
    this.#workers = Array.from({ length: this.#inFlight }, () => this.#work());
  }

  /** Goes on, with a server that is there now. */
  resume(target: Target): void {
    this.#target = target;
    for (const wake of this.#wake.splice(0)) wake();
  }

  /** Sends nothing new; resolves when nothing is under way. */
  async pause(): Promise<void> {
    this.#target = null;
    if (this.#open > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Resolves after so many more answers, or when everything is answered. */
  async after(answers: number): Promise<void> {
    const at = this.answers + answers;
    await new Promise<void>((resolve) => {
      this.#onAnswer = () => {
        if (this.answers >= at || this.done) resolve();
      };
      this.#onAnswer();
    });
    this.#onAnswer = () => {};
  }

  get done(): boolean {
    return this.#next >= this.#list.length && this.#again.length === 0 && this.#open === 0;
  }

  async end(): Promise<void> {
    this.#ending = true;
    for (const wake of this.#wake.splice(0)) wake();
    await Promise.all(this.#workers);
    this.#agent.destroy();
  }

  async #work(): Promise<void> {
    for (;;) {
      const target = this.#target;
      const order = target === null ? undefined : (this.#again.pop() ?? this.#list[this.#next++]);
      if (order === undefined || target === null) {
        if (this.#ending) return;
        await new Promise<void>((resolve) => this.#wake.push(resolve));
        continue;
      }
      this.#open += 1;
      const answered = await this.#send(order, target);
      this.#open -= 1;
      if (!answered) {
        this.unanswered += 1;
        this.#again.push(order);
        // The next try waits for the next life of the server.
        if (this.#target === target) this.#target = null;
      }
      this.#onAnswer();
      if (this.#open === 0) for (const idle of this.#idle.splice(0)) idle();
    }
  }

  /** False: nobody knows what became of it. */
  async #send(order: Order, target: Target): Promise<boolean> {
    this.sent.add(order.orderId);
    const answer = await post(this.#agent, target, order);
    if (answer === null) return false;
    const said = saidBy(order, answer.status, answer.text);
    const before = this.said.get(order.orderId);
    assert.ok(before === undefined || before === said, `${order.orderId} was ${before} and is now ${said}`);
    this.said.set(order.orderId, said);
    this.answers += 1;
    return true;
  }
}

function saidBy(order: Order, status: number, text: string): Said {
  if (order.kind === "observed") {
    assert.match(text, /"result":"(?:applied|duplicate|shortage)"/, text);
    return "taken";
  }
  assert.ok(status === 201 || status === 200 || status === 409, text);
  if (status === 409) assert.match(text, /"code":"insufficient_stock"/);
  return status === 409 ? "refused" : "taken";
}

const placedAt = "2026-11-11T20:00:00+08:00";

function post(
  agent: Agent,
  { url, key }: Target,
  order: Order,
): Promise<{ status: number; text: string } | null> {
  const { channel, orderId } = order;
  const [path, body] =
    order.kind === "strict"
      ? [
          "/api/v1/reservations",
          { channel, orderId, stage: "paid", buyer: orderId, lines: [{ sku: "STRICT", quantity: 1 }] },
        ]
      : [
          "/api/v1/order-events",
          [{ channel, orderId, updatedAt: placedAt, stage: "paid", lines: [{ sku: "SEEN", quantity: 1 }] }],
        ];
  return new Promise((resolve) => {
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const asking = httpRequest(url + path, { method: "POST", agent, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (piece: string) => (text += piece));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      response.on("error", () => resolve(null));
    });
    asking.on("error", () => resolve(null));
    asking.end(JSON.stringify(body));
  });
}
