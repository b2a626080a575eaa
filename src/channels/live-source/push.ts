import { isUtf8 } from "node:buffer";
import { Type } from "typebox";
import type { Static } from "typebox";
import type { Instant } from "../../domain/rows.ts";
import { checker, fault } from "../check.ts";
import type { Fault } from "../check.ts";
import type { LiveMessage, LiveSample, LiveSource, Received } from "./live-source.ts";

export const pushLimits = {
  bodyBytesMax: 256 * 1_024,
  samplesMax: 1_000,
  /** Clocks differ: so far a sample may lie ahead. */
  aheadMsMax: 60_000,
  /** What is older belongs to no broadcast of today. */
  behindMsMax: 24 * 3_600_000,
} as const;

const strict = { additionalProperties: false } as const;
const Count = Type.Union([Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }), Type.Null()]);

/** One pushed sample. `at` may be left out: it is then the moment it came. */
export const PushedSample = Type.Object(
  {
    room: Type.String({ minLength: 1, maxLength: 64 }),
    at: Type.Optional(
      Type.String({
        pattern: "^\\d{4}-\\d\\d-\\d\\d[Tt ]\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?([Zz]|[+-]\\d\\d:\\d\\d)$",
      }),
    ),
    viewers: Type.Optional(Count),
    likes: Type.Optional(Count),
    amount: Type.Optional(
      Type.Union([
        Type.Object(
          {
            minor: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
            currency: Type.String({ pattern: "^[A-Z]{3}$" }),
          },
          strict,
        ),
        Type.Null(),
      ]),
    ),
  },
  strict,
);

const Envelope = Type.Object(
  { samples: Type.Array(Type.Unknown(), { minItems: 1, maxItems: pushLimits.samplesMax }) },
  strict,
);

const checkEnvelope = checker(Envelope);
const checkSample = checker(PushedSample);

export interface PushOptions {
  /** The only rooms that are taken; left out: any. */
  readonly rooms?: readonly string[];
}

/**
 * Figures that a program of the shop's sends: `{ samples: [{ room, at, viewers, likes, amount: { minor,
 * currency } }] }`. Who may send is the API key's matter.
 */
export function pushSource({ rooms }: PushOptions): LiveSource {
  return {
    kind: "push",
    pollEveryMs: null,
    description: () => ({ rooms: rooms === undefined ? "" : rooms.join("、") }),
    poll: () => Promise.resolve([]),
    receive: (message, now) => receive(message, now, rooms),
  };
}

function receive({ body }: LiveMessage, now: Instant, rooms: readonly string[] | undefined): Received {
  if (body.byteLength > pushLimits.bodyBytesMax)
    return refuse(
      413,
      `内容超过 ${pushLimits.bodyBytesMax} 字节，请分几次发送`,
      `more than ${pushLimits.bodyBytesMax} bytes: send it in parts`,
    );
  const value = isUtf8(body) ? parse(Buffer.from(body).toString("utf8")) : undefined;
  if (value === undefined) return refuse(400, "内容不是 JSON（UTF-8）", "the body is no JSON in UTF-8");
  const envelope = checkEnvelope(value);
  if (!envelope.ok) {
    const { path, zh, en } = envelope.fault;
    return refuse(400, `${path}：${zh}`, `${path}: ${en}`);
  }
  const samples: LiveSample[] = [];
  const faults: Fault[] = [];
  for (const [index, one] of envelope.value.samples.entries()) {
    const read = readSample(one, now, rooms);
    if ("sample" in read) samples.push(read.sample);
    else faults.push({ ...read.fault, path: `samples[${index}]${pathTail(read.fault.path)}` });
  }
  return { ok: true, samples, faults };
}

function pathTail(path: string): string {
  return path === "" || path.startsWith("[") ? path : `.${path}`;
}

function refuse(status: 400 | 413, zh: string, en: string): Received {
  return { ok: false, status, problem: { zh, en } };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Read = { readonly sample: LiveSample } | { readonly fault: Fault };

function readSample(value: unknown, now: Instant, rooms: readonly string[] | undefined): Read {
  const checked = checkSample(value);
  if (!checked.ok) return { fault: checked.fault };
  const { room, viewers = null, likes = null, amount = null } = checked.value;
  if (rooms !== undefined && !rooms.includes(room))
    return {
      fault: fault("room", "没有这个直播间，请先在设置里添加", "this room is not known: add it first"),
    };
  if (viewers === null && likes === null && amount === null)
    return {
      fault: fault(
        "",
        "viewers、likes、amount 至少要有一个",
        "at least one of viewers, likes and amount is needed",
      ),
    };
  const at = readTime(checked.value, now);
  return typeof at === "number" ? { sample: { room, at, viewers, likes, amount, gap: null } } : { fault: at };
}

function readTime({ at: text }: Static<typeof PushedSample>, now: Instant): Instant | Fault {
  if (text === undefined) return now;
  const at = Date.parse(text);
  if (Number.isNaN(at)) return fault("at", "没有这个时间", "there is no such time");
  if (at > now + pushLimits.aheadMsMax)
    return fault(
      "at",
      "时间在未来，请校准发送方的时钟",
      "it lies in the future: set the sender's clock right",
    );
  if (at < now - pushLimits.behindMsMax)
    return fault("at", "时间太早，只接收 24 小时以内的数据", "it is too old: 24 hours at most");
  return at;
}
