import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { CounterSheet } from "../../../api/counts.ts";
import { ApiError, newKey } from "../../api.ts";
import type { PhoneStore } from "../../offline/database.ts";
import type { CountRecord } from "../../offline/records.ts";
import { phoneApi, phoneKeys } from "./client.ts";
import {
  act,
  beforeOf,
  binsOf,
  countingLimits,
  doneOf,
  noDraft,
  type Act,
  type Before,
  type Done,
  type Draft,
} from "./counting.ts";
import { withNews } from "./sheet-news.ts";
import { useFeedback } from "./feedback.tsx";
import { caseWord, type BadScan, type CodeBook } from "./judge.ts";
import { useCodeBook, useSaid, useSignal, useWorld } from "./world.tsx";
import type { Burst } from "./wedge.ts";

const refetchMs = 20_000;

export interface SheetNow {
  readonly sheet: CounterSheet;
  /** False: it is what this phone kept, the server cannot be reached. */
  readonly fresh: boolean;
}

/** The sheet from the server, or as this phone kept it. The answer is a sample of the phone's clock too. */
export function useSheet(id: string) {
  const { store, person } = useWorld();
  return useQuery({
    queryKey: phoneKeys.sheet(id),
    queryFn: ({ signal }) => readSheet(store, id, person, signal),
    refetchInterval: refetchMs,
    retry: false,
  });
}

/** A sheet holds what its person has counted: whoever signs in on this phone next gets it whole. */
type KeptSheet = CounterSheet & { readonly person?: string };

async function readSheet(
  store: PhoneStore,
  id: string,
  person: string,
  signal: AbortSignal,
): Promise<SheetNow> {
  const known: KeptSheet | null = await store.keptSheet(id);
  const own = known !== null && known.person === person ? known : null;
  const sentAt = new Date().toISOString();
  try {
    const news = await phoneApi.sheet(id, own?.seq, signal);
    await store.addSample({ sentAt, receivedAt: new Date().toISOString(), serverAt: news.serverAt });
    const sheet: KeptSheet = { ...(own === null ? news : withNews(own, news)), person };
    await store.keepSheet(sheet);
    return { sheet, fresh: true };
  } catch (error) {
    const away = error instanceof ApiError && (error.status === 0 || error.status >= 500);
    const kept = away ? await store.keptSheet(id) : null;
    if (kept === null) throw error;
    return { sheet: kept, fresh: false };
  }
}

export interface Counting {
  readonly draft: Draft;
  readonly records: readonly CountRecord[];
  readonly done: readonly Done[];
  readonly book: CodeBook;
  readonly ready: boolean;
  /** What a burst of the gun or the camera does. */
  burst(burst: Burst): void;
  bad(why: BadScan | "quantity" | "finish_pad", code?: string): void;
  do(what: Act): Promise<void>;
  open(bin: string): void;
  /** Goes on with a cell from the list. */
  reopen(cell: Done): void;
  newId(): string;
  beforeOf(sku: string, quality?: "good" | "bad"): Before;
}

/** Counting one sheet on this phone: each act is on the disk before it is on the screen. */
export function useCounting(sheet: CounterSheet): Counting {
  const { store, person, changed, outbox } = useWorld();
  const id = sheet.item.sheet;
  const draftKey = `count/${person}/${id}`;
  const [draft, setDraft] = useState<Draft | null>(null);
  const [records, setRecords] = useState<readonly CountRecord[]>([]);
  const turn = useSignal(changed);
  const book = useCodeBook(useMemo(() => binsOf(sheet).map(({ bin }) => bin), [sheet]));
  const done = useMemo(() => doneOf(sheet, records), [sheet, records]);
  useEffect(() => {
    void store.draft<Draft>(draftKey).then((kept) => setDraft((now) => now ?? kept ?? noDraft));
  }, [store, draftKey]);
  useEffect(() => {
    let over = false;
    void store.ofSheet(id, person).then((all) => {
      if (!over) setRecords(all);
    });
    return () => {
      over = true;
    };
  }, [store, id, person, turn]);
  const line = useRef<Promise<void>>(Promise.resolve());
  // One after the other: a fast gun must not overtake itself.
  const queue = useCallback((task: () => Promise<void>): Promise<void> => {
    line.current = line.current.then(task, task);
    return line.current;
  }, []);
  const perform = useCallback(
    async (what: Act) => {
      let made = 0;
      const next = await store.step<Draft>(draftKey, (number, before) => {
        const step = act(before ?? noDraft, what, { at: Date.now(), number }, { person, sheet: id });
        made = step.records.length;
        return step;
      });
      setDraft(next ?? noDraft);
      if (made === 0) return;
      changed.set(changed.get() + 1);
      void outbox.kick();
    },
    [store, draftKey, person, id, changed, outbox],
  );
  const scans = useScans({ sheet, book, queue, perform, draftKey });
  const now = draft ?? noDraft;
  return {
    draft: now,
    records,
    done,
    book,
    ready: draft !== null,
    ...scans,
    do: (what) => queue(() => perform(what)),
    open: (bin) => void queue(() => perform({ kind: "open", bin })),
    newId: newKey,
    beforeOf: (sku, quality) => beforeOf(done, now.bin ?? "", sku, quality),
  };
}

interface FoundGood {
  readonly sku: string;
  readonly lot?: string;
  /** A case of so many; absent: one. */
  readonly units?: number | undefined;
  readonly name: string;
}

interface ScansOptions {
  readonly sheet: CounterSheet;
  readonly book: CodeBook;
  readonly queue: (task: () => Promise<void>) => Promise<void>;
  readonly perform: (what: Act) => Promise<void>;
  readonly draftKey: string;
}

interface TakesOptions extends Pick<ScansOptions, "sheet" | "book" | "perform"> {
  readonly bad: (why: BadScan | "quantity", code?: string) => void;
}

/** Takes a product or a lot into the bin that is open. */
function useTakes({ sheet, book, perform, bad }: TakesOptions) {
  const { store, person } = useWorld();
  const say = useFeedback();
  const client = useQueryClient();
  const id = sheet.item.sheet;
  /** As the phone has it at this moment, not as it was drawn. */
  const nowDone = async () => {
    const kept = client.getQueryData<SheetNow>(phoneKeys.sheet(id))?.sheet ?? sheet;
    return doneOf(kept, await store.ofSheet(id, person));
  };
  const takeGood = async (found: FoundGood, draft: Draft) => {
    const { sku, lot = null, units = 1, name } = found;
    const good = book.goodOf(sku) ?? { sku, code: sku, name, barcodes: [] };
    const before = beforeOf(await nowDone(), draft.bin ?? "", sku);
    if (sheet.cells.length > 0 && !sheet.cells.some((cell) => cell.sku === sku))
      return bad("elsewhere", good.name);
    const total = units + (draft.card?.sku === sku ? draft.card.total : 0);
    if (total > countingLimits.unitsMax) return bad("quantity");
    await perform({ kind: "scan", good, lot, units, before, newId: newKey() });
    say("good", caseWord(good.name, units));
  };
  const takeLot = async (lot: string, skus: readonly string[], draft: Draft, code: string) => {
    const [only] = skus;
    if (skus.length === 1 && only !== undefined) return takeGood({ sku: only, lot, name: only }, draft);
    if (draft.card === null || !skus.includes(draft.card.sku)) return bad("ambiguous", code);
    await perform({ kind: "lot", lot });
    return say("good", lot);
  };
  return { takeGood, takeLot };
}

function useScans({ sheet, book, queue, perform, draftKey }: ScansOptions) {
  const { t } = useTranslation();
  const { store } = useWorld();
  const say = useFeedback();
  const said = useSaid();
  const bad = (why: BadScan | "quantity" | "finish_pad", code = "") =>
    say("bad", t(`phone.bad.${why}`, { code }));
  const { takeGood, takeLot } = useTakes({ sheet, book, perform, bad });
  const askServer = async (code: string, draft: Draft) => {
    try {
      const answer = await phoneApi.scan(code, sheet.item.warehouse);
      if (draft.bin !== null && answer.kind === "sku" && answer.sku !== undefined)
        return await takeGood(
          { sku: answer.sku, units: answer.units, name: answer.name ?? answer.sku },
          draft,
        );
      if (draft.bin !== null && answer.kind === "lot" && answer.lot !== undefined)
        return await takeLot(answer.lot, answer.skus ?? [], draft, code);
      if (answer.kind === "bin") return bad(draft.bin === null ? "elsewhere" : "bin_not_sku", code);
      if (answer.kind === "unknown" && answer.words !== undefined) return say("bad", said(answer.words));
      return bad(draft.bin === null ? "sku_not_bin" : "unknown", code);
    } catch {
      return bad("unknown", code);
    }
  };
  const take = async (code: string) => {
    const draft = (await store.draft<Draft>(draftKey)) ?? noDraft;
    const scan = book.judge(code, draft.bin === null ? "bin" : "sku");
    switch (scan.kind) {
      case "bin":
        await perform({ kind: "open", bin: scan.bin });
        return say("good", scan.bin);
      case "sku":
        return takeGood({ sku: scan.good.sku, units: scan.units, name: scan.good.name }, draft);
      case "lot":
        return takeLot(
          scan.lot,
          scan.goods.map(({ sku }) => sku),
          draft,
          code,
        );
      case "ask":
        return askServer(scan.code, draft);
      case "bad":
      default:
        return bad(scan.why, scan.code);
    }
  };
  return {
    ...useReopen({ book, queue, perform, draftKey, bad }),
    bad,
    burst: (burst: Burst) => {
      if (burst.kind === "several") bad("two_codes", burst.codes.join(" "));
      else if (burst.kind === "code") void queue(() => take(burst.code));
    },
  };
}

interface ReopenOptions extends Omit<ScansOptions, "sheet"> {
  readonly bad: (why: BadScan) => void;
}

/** Goes on with a cell that was tapped in the list. */
function useReopen({ book, queue, perform, draftKey, bad }: ReopenOptions) {
  const { store } = useWorld();
  return {
    reopen: ({ sku, bin, lot, name, again, quantity }: Done) =>
      void queue(async () => {
        const draft = (await store.draft<Draft>(draftKey)) ?? noDraft;
        const good = book.goodOf(sku) ?? { sku, code: sku, name, barcodes: [] };
        if (draft.bin !== null && draft.bin !== bin) return bad("finish_bin");
        if (draft.bin === null) await perform({ kind: "open", bin });
        const before = { quantity, again: again !== null };
        await perform({ kind: "scan", good, lot: lot === "" ? null : lot, before, newId: newKey() });
        // A tap is no unit: the card begins with what was there, or with nothing.
        await perform({ kind: "step", by: -1 });
      }),
  };
}
