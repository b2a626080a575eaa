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
    if (this.answer !== null) return this.answer();
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
        signal.addEventListener("abort", () => controller.error(signal.reason));
      },
    });
    return Promise.resolve(new Response(body));
  };

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
  await pass(liveLimits.retryMs[0]);
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
  await pass(liveLimits.retryMs[0]);
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
  await pass(liveLimits.retryMs[0]);
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
  await pass(liveLimits.retryMs[0]);
  await pass(10_000);
  assert.equal(states.at(-1), "denied");
  assert.equal(wire.requests.length, 2);
});
