import type { Broadcast, Item, SimEvent, SimLine } from "./broadcast.ts";

/** The broadcast in the words of the API. */

export interface Call {
  readonly method: "GET" | "POST" | "PUT" | "PATCH";
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const api = "/api/v1";

export function timeAt(origin: number, offsetMs: number): string {
  return new Date(origin + offsetMs).toISOString();
}

/** The catalogue, before anything moves. */
export function catalogueCalls({ skus, channels, listings }: Broadcast): Call[] {
  return [
    ...channels.map(({ channel, platform, name, holdMinutes }): Call => ({
      method: "PUT",
      path: `${api}/channels/${channel}`,
      body: { platform, name, holdMinutes },
    })),
    {
      method: "PUT",
      path: `${api}/skus`,
      body: {
        items: skus.map(({ barcode, stock: _stock, bin: _bin, ...sku }) => ({ ...sku, barcodes: [barcode] })),
      },
    },
    ...channels
      .filter((channel) => !channel.strict)
      .map(({ channel }): Call => ({
        method: "PUT",
        path: `${api}/channels/${channel}/listings`,
        body: {
          items: listings
            .filter((one) => one.channel === channel)
            .map(({ listing, title, parts }) => ({ listing, title, parts })),
        },
      })),
  ];
}

/** The plan of the session. */
export function planCall({ plan, channels, durationMs }: Broadcast, origin: number): Call {
  return {
    method: "POST",
    path: `${api}/sessions`,
    body: {
      id: plan.id,
      title: plan.title,
      channels: channels.map(({ channel }) => channel),
      rooms: channels.map(({ channel, room, name }) => ({ room, channel, title: name })),
      startsAt: timeAt(origin, 0),
      endsAt: timeAt(origin, durationMs),
      slots: plan.slots,
    },
  };
}

/** What a platform says, as one item of `POST /order-events`. */
export function eventBody(channel: string, event: SimEvent, origin: number): Record<string, unknown> {
  const { orderId, updatedAt, placedAt, expiresAt, stage, status, buyer, region, lines } = event;
  return {
    channel,
    orderId,
    updatedAt: timeAt(origin, updatedAt),
    placedAt: timeAt(origin, placedAt),
    ...(expiresAt === undefined ? {} : { expiresAt: timeAt(origin, expiresAt) }),
    ...(stage === undefined ? {} : { stage }),
    ...(status === undefined ? {} : { status }),
    buyer,
    region,
    lines,
  };
}

export function eventsCall(events: readonly Record<string, unknown>[]): Call {
  return { method: "POST", path: `${api}/order-events`, body: events };
}

function orderedLine({ lineId, sku, listing, quantity, kind, amount }: SimLine): SimLine {
  return { lineId, sku, listing, quantity, kind, amount };
}

/** Everything but what a platform says, which goes many at once. `key` makes names of requests unique to a run. */
export function callOf(item: Exclude<Item, { kind: "event" }>, session: string, origin: number): Call {
  const at = `${api}/sessions/${encodeURIComponent(session)}`;
  switch (item.kind) {
    case "reserve": {
      const { channel, orderId, buyer, region } = item;
      const lines = item.lines.map(orderedLine);
      return {
        method: "POST",
        path: `${api}/reservations`,
        body: { channel, orderId, buyer, region, lines },
      };
    }
    case "pay":
    case "cancel": {
      const order = `${item.channel}/${encodeURIComponent(item.orderId)}`;
      return { method: "POST", path: `${api}/reservations/${order}/${item.kind}`, body: {} };
    }
    case "receipt":
      return {
        method: "POST",
        path: `${api}/receipts`,
        body: {
          note: item.note,
          lines: item.lines,
          ...(item.receivedAt === undefined ? {} : { receivedAt: timeAt(origin, item.receivedAt) }),
        },
        headers: { "idempotency-key": item.key },
      };
    case "adjust": {
      const { action, sku, quantity } = item;
      return {
        method: "POST",
        path: `${api}/adjustments`,
        body: { action, sku, quantity },
        headers: { "idempotency-key": item.key },
      };
    }
    case "samples":
      return {
        method: "POST",
        path: `${api}/live-samples`,
        body: { samples: item.samples.map((sample) => ({ ...sample, at: timeAt(origin, item.at) })) },
      };
    case "pointer":
      return { method: "POST", path: `${at}/pointer`, body: { by: "api", slot: item.slot } };
    case "life":
      return {
        method: "POST",
        path: `${at}/life`,
        body: { step: item.step, ...(item.step === "go_live" ? { reason: "演示场次，自动开播" } : {}) },
      };
    case "host_words":
      return { method: "POST", path: `${at}/actions`, body: { action: "tell_host", text: item.text } };
  }
}
