import type { CloseBinsBody, EntriesBody } from "../../api/counts.ts";
import type { TransferReceiveBody } from "../../api/floor.ts";
import type { InboundBody, SignedCountBody } from "../../api/inbound.ts";
import type { OutboundEntriesBody, ParcelsBody } from "../../api/outbound.ts";

export type EntryBody = EntriesBody["entries"][number];
export type CloseBody = CloseBinsBody["bins"][number];
export type PickBody = OutboundEntriesBody["entries"][number];
export type ParcelBody = ParcelsBody["parcels"][number];

export interface Said {
  readonly zh: string;
  readonly en: string;
}

/** `waiting` is on the phone alone, `sent` is on the server, `refused` is kept with the server's words for it. */
export type RecordState = "waiting" | "sent" | "refused";

interface Common {
  /** Who did it. What one person did is never sent as another's. */
  readonly person: string;
  /** The count sheet, the wave, the receipt, or the transfer. */
  readonly sheet: string;
  readonly state: RecordState;
  /** Milliseconds by the phone's clock. */
  readonly at: number;
  readonly words: Said | null;
}

/** What was done on this phone. `number` is the order in which it was done. */
export type CountRecord = Common & { readonly number: number } & (
    | { readonly kind: "entry"; readonly entry: EntryBody; readonly code: string; readonly name: string }
    | { readonly kind: "close"; readonly close: CloseBody }
    | { readonly kind: "pick"; readonly pick: PickBody; readonly name: string }
    | { readonly kind: "parcel"; readonly parcel: ParcelBody }
    /** A receipt that this phone opened: its body names it. */
    | { readonly kind: "open"; readonly open: InboundBody }
    /** One person's count of a whole receipt. `key`: sent again it is the same count. */
    | { readonly kind: "sign"; readonly key: string; readonly sign: SignedCountBody }
    /** A part of a transfer that has arrived. */
    | { readonly kind: "arrive"; readonly key: string; readonly arrive: TransferReceiveBody }
  );

type WithoutNumber<T> = T extends unknown ? Omit<T, "number" | "state" | "words"> : never;
export type NewRecord = WithoutNumber<CountRecord>;

/** The phone's clock against the server's: one question and its answer. RFC 3339 texts. */
export interface ClockSample {
  readonly sentAt: string;
  readonly receivedAt: string;
  readonly serverAt: string;
}

export const offlineLimits = {
  /** Samples that are kept: the newest bound the clock best, older ones show that it runs evenly. */
  clockSamplesMax: 12,
  entriesPerRequestMax: 100,
  /** What waited longer than this on the phone was done before anybody could say otherwise. */
  queuedMs: 15_000,
  retryMsMin: 1_000,
  retryMsMax: 20_000,
  /** What was sent is forgotten after this, so that a phone does not fill up. */
  keepSentDays: 3,
} as const;

export function addSample(samples: readonly ClockSample[], sample: ClockSample): readonly ClockSample[] {
  return [...samples, sample].slice(-offlineLimits.clockSamplesMax);
}

export interface Settled {
  readonly number: number;
  readonly state: RecordState;
  readonly words: Said | null;
}

/** Where records wait. On a phone IndexedDB. */
export interface RecordStore {
  /** In the order in which they were made. */
  waiting(person: string): Promise<readonly CountRecord[]>;
  settle(settled: readonly Settled[]): Promise<void>;
  samples(): Promise<readonly ClockSample[]>;
  addSample(sample: ClockSample): Promise<void>;
  device(): Promise<string>;
}

/** The first records that can go in one request: of one sheet and one kind, no record overtakes another. */
export function firstRun(records: readonly CountRecord[]): readonly CountRecord[] {
  const [first] = records;
  if (first === undefined) return [];
  const end = records.findIndex((one) => one.sheet !== first.sheet || one.kind !== first.kind);
  // A receipt, its signature and what arrives of a transfer are each a request of their own.
  if (first.kind === "open" || first.kind === "sign" || first.kind === "arrive") return [first];
  const run = end < 0 ? records : records.slice(0, end);
  return run.slice(0, offlineLimits.entriesPerRequestMax);
}
