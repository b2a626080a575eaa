import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Back, WaveSheet } from "../../../api/outbound.ts";
import { ApiError, newKey } from "../../api.ts";
import type { PhoneStore } from "../../offline/database.ts";
import type { CountRecord } from "../../offline/records.ts";
import { phoneApi, phoneKeys } from "./client.ts";
import { useFeedback } from "./feedback.tsx";
import { caseWord } from "./judge.ts";
import {
  actPick,
  backOf,
  judgeFound,
  judgePick,
  noPick,
  stopOf,
  stopsOf,
  type BadPick,
  type Found,
  type PickAct,
  type PickDraft,
  type PickScan,
  type Stop,
} from "./picking.ts";
import type { Burst } from "./wedge.ts";
import { useCodeBook, useSaid, useSignal, useWorld } from "./world.tsx";

const refetchMs = 10_000;

export interface WaveNow {
  readonly sheet: WaveSheet;
  /** False: it is what this phone kept, the server cannot be reached. */
  readonly fresh: boolean;
}

/** The wave from the server, or as this phone kept it. The answer is a sample of the phone's clock too. */
export function useWave(id: string) {
  const { store } = useWorld();
  return useQuery({
    queryKey: phoneKeys.wave(id),
    queryFn: ({ signal }) => readWave(store, id, signal),
    refetchInterval: refetchMs,
    retry: false,
  });
}

async function readWave(store: PhoneStore, id: string, signal: AbortSignal): Promise<WaveNow> {
  const sentAt = new Date().toISOString();
  try {
    const sheet = await phoneApi.wave(id, signal);
    await store.addSample({ sentAt, receivedAt: new Date().toISOString(), serverAt: sheet.serverAt });
    const { stage } = sheet.item;
    if (stage === "done" || stage === "cancelled") await store.forgetWave(id);
    else await store.keepWave(sheet);
    return { sheet, fresh: true };
  } catch (error) {
    const away = error instanceof ApiError && (error.status === 0 || error.status >= 500);
    const kept = away ? await store.keptWave(id) : null;
    if (kept === null) throw error;
    return { sheet: kept, fresh: false };
  }
}

/** What this person has done for a wave on this phone. */
export function useWaveRecords(id: string): readonly CountRecord[] {
  const { store, person, changed } = useWorld();
  const [records, setRecords] = useState<readonly CountRecord[]>([]);
  const turn = useSignal(changed);
  useEffect(() => {
    let over = false;
    void store.ofSheet(id, person).then((all) => {
      if (!over) setRecords(all);
    });
    return () => {
      over = true;
    };
  }, [store, id, person, turn]);
  return records;
}

export interface Picking {
  readonly ready: boolean;
  readonly stops: readonly Stop[];
  readonly stop: Stop | null;
  readonly draft: PickDraft;
  readonly back: readonly Back[];
  readonly records: readonly CountRecord[];
  readonly nameOf: (sku: string) => string;
  /** Units in the case of a product; null: nobody has said. */
  readonly caseUnits: (sku: string) => number | null;
  burst(burst: Burst): void;
  bad(why: BadPick | "quantity" | "finish_pad", code?: string): void;
  do(what: PickAct): Promise<void>;
}

/** Picking one wave on this phone: each act is on the disk before it is on the screen. */
export function usePicking(sheet: WaveSheet): Picking {
  const { store, person, changed, outbox } = useWorld();
  const id = sheet.item.wave;
  const draftKey = `pick/${person}/${id}`;
  const [draft, setDraft] = useState<PickDraft | null>(null);
  const records = useWaveRecords(id);
  const stops = useMemo(() => stopsOf(sheet, records), [sheet, records]);
  const back = useMemo(() => backOf(sheet, records), [sheet, records]);
  const nameOf = useCallback((sku: string) => sheet.goods[sku]?.name ?? sku, [sheet.goods]);
  useEffect(() => {
    void store.draft<PickDraft>(draftKey).then((kept) => setDraft((now) => now ?? kept ?? noPick));
  }, [store, draftKey]);
  const line = useRef<Promise<void>>(Promise.resolve());
  // One after the other: a fast gun must not overtake itself.
  const queue = useCallback((task: () => Promise<void>): Promise<void> => {
    line.current = line.current.then(task, task);
    return line.current;
  }, []);
  /** As the phone has it at this moment, not as it was drawn. */
  const nowStops = useCallback(
    async () => stopsOf(sheet, await store.ofSheet(id, person)),
    [sheet, store, id, person],
  );
  const perform = useCallback(
    async (what: PickAct) => {
      const owner = { person, sheet: id, newId: newKey, stops: await nowStops(), nameOf };
      let made = 0;
      const next = await store.step<PickDraft>(draftKey, (number, before) => {
        const step = actPick(before ?? noPick, what, { at: Date.now(), number }, owner);
        made = step.records.length;
        return step;
      });
      setDraft(next ?? noPick);
      if (made === 0) return;
      changed.set(changed.get() + 1);
      void outbox.kick();
    },
    [person, id, nowStops, nameOf, store, draftKey, changed, outbox],
  );
  const now = draft ?? noPick;
  const scans = useScans({ sheet, draftKey, nowStops, perform, queue, nameOf });
  return {
    ready: draft !== null,
    stops,
    stop: stopOf(stops, now),
    draft: now,
    back,
    records,
    nameOf,
    ...scans,
    do: (what) => queue(() => perform(what)),
  };
}

interface ScansOptions {
  readonly sheet: WaveSheet;
  readonly draftKey: string;
  readonly nowStops: () => Promise<readonly Stop[]>;
  readonly perform: (what: PickAct) => Promise<void>;
  readonly queue: (task: () => Promise<void>) => Promise<void>;
  readonly nameOf: (sku: string) => string;
}

function useScans({ sheet, draftKey, nowStops, perform, queue, nameOf }: ScansOptions) {
  const { t } = useTranslation();
  const { store } = useWorld();
  const say = useFeedback();
  const said = useSaid();
  const bins = useMemo(() => [...new Set(sheet.tasks.map(({ bin }) => bin))], [sheet.tasks]);
  const book = useCodeBook(bins);
  const bad = (why: BadPick | "quantity" | "finish_pad", code = "") =>
    say("bad", t(`pick.bad.${why}`, { code }));
  const answer = async (scan: PickScan) => {
    if (scan.kind === "bad") return bad(scan.why, scan.code);
    if (scan.kind === "ask") return bad("unknown", scan.code);
    await perform(scan.act);
    const stop = "stop" in scan.act ? scan.act.stop : null;
    const units = scan.act.kind === "take" ? (scan.act.units ?? 1) : 1;
    say("good", scan.say !== "" ? scan.say : stop === null ? "" : caseWord(nameOf(stop.sku), units));
  };
  const askServer = async (code: string) => {
    try {
      const found = await phoneApi.scan(code, sheet.item.warehouse);
      if (found.kind === "unknown") return say("bad", said(found.words));
      const view = {
        stops: await nowStops(),
        draft: (await store.draft<PickDraft>(draftKey)) ?? noPick,
        book,
      };
      const skus = found.skus ?? (found.sku === undefined ? [] : [found.sku]);
      const what: Found =
        found.kind === "bin"
          ? { kind: "bin", bin: found.bin ?? code }
          : found.kind === "lot"
            ? { kind: "lot", lot: found.lot ?? code, skus }
            : { kind: "sku", sku: found.sku ?? code, units: found.units };
      return await answer(judgeFound(what, view, code));
    } catch {
      return bad("unknown", code);
    }
  };
  const take = async (code: string) => {
    const view = { stops: await nowStops(), draft: (await store.draft<PickDraft>(draftKey)) ?? noPick, book };
    const scan = judgePick(code, view);
    if (scan.kind === "ask") await askServer(scan.code);
    else await answer(scan);
  };
  return {
    bad,
    caseUnits: (sku: string) => book.caseUnits(sku),
    burst: (burst: Burst) => {
      if (burst.kind === "several") bad("two_codes", burst.codes.join(" "));
      else if (burst.kind === "code") void queue(() => take(burst.code));
    },
  };
}
