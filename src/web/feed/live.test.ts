import assert from "node:assert/strict";
import { mock, test, type TestContext } from "node:test";
import { liveLimits, LiveStream, type LinkState } from "./live.ts";

/** A server whose answers the test writes by hand. */
class Wire {
  readonly requests: { readonly headers: Readonly<Record<string, string>>; readonly signal: AbortSignal }[] =
    [];
  answer: (() => Promise<Response>) | null = null;
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null;

  fetch = (_: string, init: RequestInit): Promise<Response> => {
    const signal = init.signal as AbortSignal;
    this.requests.push({ headers: init.headers as Record<string, string>, signal });
    return this.answer === null ? Promise.resolve(this.stream(signal)) : this.answer();
  };

  /** A stream that is open; what is said goes to the last one. */
  stream(signal: AbortSignal): Response {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
        signal.addEventListener("abort", () => controller.error(signal.reason));
      },
    });
    return new Response(body);
  }

  /** Attempts that were made and not given up. */
  get waiting(): number {
    return this.requests.filter(({ signal }) => !signal.aborted).length;
  }

  say(text: string): void {
    this.#controller?.enqueue(new TextEncoder().encode(text));
  }

  end(): void {
    this.#controller?.close();
  }
}

function start(context: TestContext) {
  mock.timers.enable({ apis: ["setTimeout"] });
  const wire = new Wire();
  const states: LinkState[] = [];
  const events: string[] = [];
  const stream = new LiveStream({
    url: "/live",
    fetch: wire.fetch,
    onState: (state) => states.push(state),
    onEvent: (event) => events.push(event.data),
  });
  context.after(() => {
    stream.stop();
    mock.timers.reset();
  });
  stream.start();
  return { wire, states, events, stream };
}

/** Lets promises that are settled already be heard. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
}

/** The longest that the first pause between two attempts may be. */
const firstPauseMs = liveLimits.retryMs[0] + liveLimits.jitterMs;

async function pass(ms: number): Promise<void> {
  mock.timers.tick(ms);
  await settle();
}

test("the page says within three seconds of silence that the connection is lost, and comes back by itself", async (t) => {
  const { wire, states } = start(t);
  await settle();
  wire.say(": zaiku\n\n");
  await settle();
  assert.deepEqual(states, ["connecting", "live"]);
  assert.ok(liveLimits.silenceMsMax < 3_000);
  await pass(liveLimits.silenceMsMax);
  assert.deepEqual(states.at(-1), "lost");
  assert.equal(wire.requests[0]?.signal.aborted, true);
  await pass(firstPauseMs);
  wire.say(": zaiku\n\n");
  await settle();
  assert.deepEqual(states.at(-1), "live");
});

test("a heartbeat keeps it alive", async (t) => {
  const { wire, states } = start(t);
  await settle();
  for (let beat = 0; beat < 5; beat += 1) {
    wire.say(": beat\n\n");
    await settle();
    await pass(2_000);
  }
  assert.deepEqual(states, ["connecting", "live"]);
});

test("it resumes after the last number that it saw", async (t) => {
  const { wire, events } = start(t);
  await settle();
  wire.say("event: change\nid: 41\ndata: a\n\nevent: change\nid: 42\ndata: b\n\n");
  await settle();
  wire.end();
  await settle();
  await pass(firstPauseMs);
  assert.deepEqual(events, ["a", "b"]);
  assert.equal(wire.requests[0]?.headers["last-event-id"], undefined);
  assert.equal(wire.requests[1]?.headers["last-event-id"], "42");
});

test("a stream that ended and is back with the first attempt worries nobody", async (t) => {
  const { wire, states } = start(t);
  await settle();
  wire.say(": zaiku\n\n");
  await settle();
  wire.end();
  await settle();
  await pass(firstPauseMs);
  wire.say(": zaiku\n\n");
  await settle();
  assert.deepEqual(states, ["connecting", "live"]);
});

test("while the server is away it is asked again at least every second", async (t) => {
  const { wire, states } = start(t);
  await settle();
  wire.answer = () => Promise.reject(new TypeError("refused"));
  wire.end();
  await settle();
  for (let turn = 0; turn < 10; turn += 1) await pass(1_000);
  assert.equal(states.at(-1), "lost");
  assert.ok(wire.requests.length >= 10, `${wire.requests.length} attempts`);
});

test("who is signed out is not asked again and again", async (t) => {
  const { wire, states } = start(t);
  await settle();
  wire.answer = () => Promise.resolve(new Response(null, { status: 401 }));
  wire.end();
  await settle();
  await pass(firstPauseMs);
  await pass(10_000);
  assert.equal(states.at(-1), "denied");
  assert.equal(wire.requests.length, 2);
});

/** Hears a stream, loses it, and tells how long after the server answered again the page had it back. */
async function returnMs(context: TestContext, awayMs: number, lose: (wire: Wire) => void): Promise<number> {
  const { wire, states, stream } = start(context);
  await settle();
  wire.say(": zaiku\n\n");
  await settle();
  lose(wire);
  for (let passed = 0; passed < awayMs; passed += 50) await pass(50);
  assert.equal(states.at(-1), "lost", `${awayMs}`);
  wire.answer = null;
  const before = wire.requests.length;
  let waited = 0;
  while (states.at(-1) !== "live" && waited < 10_000) {
    await pass(50);
    waited += 50;
    // What the server had not heard before is answered now.
    if (wire.requests.length > before) wire.say(": zaiku\n\n");
    await settle();
  }
  stream.stop();
  mock.timers.reset();
  return waited;
}

test("after attempts that hang it has the stream within a second of the server's return", async (t) => {
  for (let awayMs = 3_000; awayMs < 6_000; awayMs += 250) {
    const waited = await returnMs(t, awayMs, (wire) => {
      wire.answer = () => new Promise(() => {});
    });
    assert.ok(waited <= 900, `${waited} ms after ${awayMs}`);
  }
});

test("after 503 it has the stream within a second of the server's return", async (t) => {
  for (let awayMs = 3_000; awayMs < 6_000; awayMs += 250) {
    const waited = await returnMs(t, awayMs, (wire) => {
      wire.answer = () => Promise.resolve(new Response(null, { status: 503 }));
      wire.end();
    });
    assert.ok(waited <= 900, `${waited} ms after ${awayMs}`);
  }
});

test("a network that takes two seconds to answer is waited for, with few attempts at once", async (t) => {
  const { wire, states } = start(t);
  let most = 0;
  wire.answer = () => {
    const signal = wire.requests.at(-1)?.signal;
    return new Promise((resolve) => {
      setTimeout(() => {
        if (signal === undefined || signal.aborted) return;
        resolve(wire.stream(signal));
        wire.say(": zaiku\n\n");
      }, 2_000);
    });
  };
  await settle();
  // The attempt that the page began with was answered by an open stream that says nothing.
  for (let turn = 0; turn < 200 && states.at(-1) !== "live"; turn += 1) {
    await pass(50);
    most = Math.max(most, wire.waiting);
  }
  assert.equal(states.at(-1), "live");
  assert.ok(most > 1 && most <= liveLimits.attemptsMax, `${most} at once`);
  await settle();
  assert.equal(wire.waiting, 1, "the others are let go");
});

test("who asks too often is told so, and waits", async (t) => {
  const { wire, states } = start(t);
  await settle();
  wire.say(": zaiku\n\n");
  await settle();
  wire.answer = () => Promise.resolve(new Response(null, { status: 429 }));
  wire.end();
  await settle();
  await pass(firstPauseMs);
  const asked = wire.requests.length;
  await pass(liveLimits.tooOftenRetryMs - 100);
  assert.equal(wire.requests.length, asked);
  await pass(100 + liveLimits.jitterMs);
  assert.equal(wire.requests.length, asked + 1);
  assert.equal(states.at(-1), "lost");
});
