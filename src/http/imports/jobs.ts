import type { FastifyBaseLogger } from "fastify";
import { ImportRouteError, type ImportItem, type ImportProfile } from "../../api/imports.ts";
import type { Command } from "../../domain/command.ts";
import type { ContactKeys } from "../../domain/odd/side.ts";
import type { Answer } from "../../engine/batcher.ts";
import type { Clock } from "../../engine/clock.ts";
import { withSession } from "../../engine/sessions/on-air.ts";
import type { OpenShop } from "../../engine/shops.ts";
import { applyThrough, dryRun, type DryRunResult, type ImportOptions } from "../../import/apply/dry-run.ts";
import { ProblemFile } from "../../import/apply/problem-file.ts";
import {
  listedAs,
  type ImportProgress,
  type ImportResult,
  type ListedRow,
} from "../../import/apply/result.ts";
import { ImportStopped } from "../../import/apply/run.ts";
import type { Inspection } from "../../import/apply/inspect.ts";
import { openTable } from "../../import/file/table.ts";
import { ImportFileError } from "../../import/problem.ts";
import type { Profile } from "../../import/profile.ts";
import { suggestMapping, type Suggestion } from "../../import/profile-suggest.ts";
import type { ShopId, Store } from "../../store/store.ts";
import type { Uploads } from "./uploads.ts";

/**
 * Imports of this process, from upload to result. They live in its memory, so only the node that took a file knows
 * of it; once applied, what became of it is also a document of the shop (`importKind`), for every node and for good.
 */

/** Documents of imports that were applied. */
export const importKind = "import";

export const jobLimits = {
  /** Imports that are remembered, a shop. The oldest that does nothing gives way. */
  jobsMax: 20,
  /** Rows of the list that an answer carries; the file of problems has all. */
  problemsShownMax: 500,
  /** Commands of an import in one transaction: buyers who order meanwhile wait no longer than that takes. */
  windowCommandsMax: 512,
  /** An upload that nobody goes on with is removed after so long. */
  idleMsMax: 24 * 3_600_000,
  sweepEveryMs: 3_600_000,
} as const;

/** Who wants it, and in which shop. */
export interface ImportCaller {
  readonly shop: OpenShop;
  readonly actor: string;
}

export interface JobDeps {
  readonly store: Store;
  readonly uploads: Uploads;
  readonly clock: Clock;
  readonly log: FastifyBaseLogger;
  readonly hashBuyer: (buyer: string) => string;
  readonly contactKeys: (shop: ShopId) => ContactKeys;
  /** Aborted when the server begins to stop: a running import ends after the rows that are under way. */
  readonly stopping: AbortSignal;
}

export interface Uploaded {
  readonly id: string;
  readonly shop: ShopId;
  readonly fileName: string;
  readonly bytes: number;
  readonly kind: Profile["kind"];
  readonly profile: Profile | null;
  readonly inspection: Inspection;
}

type Phase = "checking" | "applying";

/** One file on its way. */
export class ImportJob {
  readonly uploaded: Uploaded;
  readonly #suggestion: Suggestion;
  state: ImportItem["state"] = "uploaded";
  profile: Profile | null;
  usedAt: number;
  #progress: ImportProgress | null = null;
  #result: ImportResult | DryRunResult | null = null;
  #listed: ListedRow[] = [];
  #listedTotal = 0;
  #error: ImportItem["error"] = null;

  constructor(uploaded: Uploaded, now: number) {
    this.uploaded = uploaded;
    this.#suggestion = suggestMapping(uploaded.inspection.headers);
    this.profile = uploaded.profile;
    this.usedAt = now;
  }

  get running(): boolean {
    return this.state === "checking" || this.state === "applying";
  }

  get result(): ImportResult | null {
    return this.#result;
  }

  /** Reads the file once, by `run`; never rejects: what goes wrong is the job's state. */
  async go(phase: Phase, deps: JobDeps, by: ImportCaller): Promise<void> {
    this.state = phase;
    this.#progress = null;
    this.#listed = [];
    this.#listedTotal = 0;
    this.#error = null;
    try {
      this.#result = await this.#read(phase, deps, by);
      // It may name buyers, and what was booked is in the books.
      if (phase === "applying") await deps.uploads.removeFile(this.uploaded.id);
      this.state = phase === "checking" ? "checked" : "applied";
    } catch (error) {
      this.state = "failed";
      this.#error = failureOf(error);
      if (this.#error.code === "internal")
        deps.log.error({ err: error, id: this.uploaded.id }, "an import failed");
    }
    this.usedAt = deps.clock.now();
  }

  async #read(phase: Phase, deps: JobDeps, by: ImportCaller): Promise<ImportResult> {
    const { store, uploads, clock, log, hashBuyer, stopping } = deps;
    const { profile } = this;
    const { id } = this.uploaded;
    if (profile === null) throw new Error("a job that runs has a profile");
    const table = await openTable(uploads.fileOf(id));
    try {
      const problems = await ProblemFile.open(uploads.problemsOf(id), table.headers);
      try {
        const options: ImportOptions = {
          table,
          profile,
          shop: by.shop.id,
          clock,
          log,
          actor: by.actor,
          hashBuyer,
          signal: stopping,
          windowCommandsMax: jobLimits.windowCommandsMax,
          onProgress: (progress) => (this.#progress = progress),
          onListed: async (rows) => {
            this.#list(rows);
            await problems.add(rows);
          },
        };
        if (phase === "checking") return await dryRun(store, options);
        const { batcher, sessions } = by.shop;
        const liveOn = (channel: string, at: number): string | null => sessions.liveOn(channel, at);
        const submit = (commands: readonly Command[]): Promise<readonly Answer[]> =>
          batcher.submitAll(commands.map((command) => withSession(command, liveOn)));
        const keys = deps.contactKeys(by.shop.id);
        const tellContacts: ImportOptions["tellContacts"] = (contacts) => by.shop.sides.tell(contacts, keys);
        return await applyThrough(submit, store, { ...options, tellContacts });
      } finally {
        await problems.close();
      }
    } finally {
      await table.close();
    }
  }

  /** Keeps the gravest; of equal ones the first. */
  #list(rows: readonly ListedRow[]): void {
    this.#listedTotal += rows.length;
    this.#listed.push(...rows);
    if (this.#listed.length <= jobLimits.problemsShownMax) return;
    this.#listed = gravestFirst(this.#listed).slice(0, jobLimits.problemsShownMax);
  }

  item(): ImportItem {
    const { id, fileName, bytes, kind, inspection } = this.uploaded;
    const { headers, sample, words, encoding } = inspection;
    const suggestion = this.#suggestion;
    return {
      id,
      fileName,
      bytes,
      kind: this.profile?.kind ?? kind,
      state: this.state,
      profile: this.profile === null ? null : profileItem(this.profile),
      headers: [...headers],
      sample: sample.map((cells) => [...cells]),
      suggestion: { kind: suggestion.kind, columns: { ...suggestion.columns } as Record<string, string> },
      words: Object.fromEntries(Object.entries(words).map(([header, all]) => [header, [...all]])),
      encoding,
      progress: this.#progress === null ? null : progressItem(this.#progress),
      summary: this.#result === null ? null : summaryItem(this.#result),
      changes: this.#result !== null && "changes" in this.#result ? [...this.#result.changes] : [],
      problems: gravestFirst(this.#listed).map(problemItem),
      problemsTotal: this.#listedTotal,
      error: this.#error,
    };
  }
}

function gravestFirst(rows: readonly ListedRow[]): ListedRow[] {
  return rows.toSorted((a, b) => listedAs.indexOf(a.as) - listedAs.indexOf(b.as) || a.line - b.line);
}

export function profileItem(profile: Profile): ImportProfile {
  return {
    name: profile.name,
    title: profile.title,
    kind: profile.kind,
    channel: profile.channel ?? null,
  };
}

function progressItem(progress: ImportProgress): ImportItem["progress"] {
  const { rows, bytesRead, bytesTotal, perSecond, secondsLeft } = progress;
  return { rows, rowsTotal: null, bytes: bytesRead, bytesTotal, perSecond, secondsLeft };
}

export function summaryItem(result: ImportResult): NonNullable<ImportItem["summary"]> {
  const { rows, seconds, summary, newChannels, newWarehouses } = result;
  return {
    rows,
    seconds,
    tallies: summary,
    newChannels: [...newChannels],
    newWarehouses: [...newWarehouses],
  };
}

function problemItem(row: ListedRow): ImportItem["problems"][number] {
  return {
    line: row.line,
    as: row.as,
    reasons: row.reasons.map(({ code, zh, en }) => ({ code, zh, en })),
    sku: row.sku,
    orderId: row.orderId,
    units: row.units,
    cells: [...row.cells],
  };
}

function failureOf(error: unknown): NonNullable<ImportItem["error"]> {
  if (error instanceof ImportFileError || error instanceof ImportStopped)
    return { code: error.code, detail: error.en, detailZh: error.zh };
  return {
    code: "internal",
    detail: "An internal error; the log has the details. What was booked stays: import the same file again",
    detailZh: "程序出错，详情见日志。已入账的不会丢：把同一份文件再导入一次即可接着来",
  };
}

/** All imports of this process. */
export class ImportJobs {
  readonly #deps: JobDeps;
  readonly #jobs = new Map<string, ImportJob>();
  /** One file at a time in each shop: a second would only slow the first down. */
  readonly #lines = new Map<ShopId, Promise<void>>();

  #callOff: () => void = () => {};

  constructor(deps: JobDeps) {
    this.#deps = deps;
    void this.#sweep();
  }

  /** Undefined also where the import belongs to another shop. */
  find(id: string, shop: ShopId): ImportJob | undefined {
    const job = this.#jobs.get(id);
    return job?.uploaded.shop === shop ? job : undefined;
  }

  async add(uploaded: Uploaded): Promise<ImportJob> {
    await this.#makeRoom(uploaded.shop);
    const job = new ImportJob(uploaded, this.#deps.clock.now());
    this.#jobs.set(uploaded.id, job);
    return job;
  }

  /**
   * Starts it behind those of the shop that run already.
   * @throws ImportRouteError `import_state` where the job is not at that point
   */
  start(job: ImportJob, phase: Phase, by: ImportCaller): void {
    const ready = phase === "checking" ? !job.running && job.state !== "applied" : job.state === "checked";
    if (!ready) throw notNow(job.state);
    // At once, so that a second request finds it running.
    job.state = phase;
    const before = this.#lines.get(by.shop.id) ?? Promise.resolve();
    const run = before.then(async () => {
      await job.go(phase, this.#deps, by);
      if (job.state === "applied") await this.#record(job, by);
    });
    this.#lines.set(by.shop.id, run);
  }

  /** Resolves when nothing runs any more: `stopping` has told what runs to end. */
  async close(): Promise<void> {
    this.#callOff();
    await Promise.all(this.#lines.values());
  }

  /** Forgets what nobody has gone on with for long. */
  async #sweep(): Promise<void> {
    const { clock, log, uploads } = this.#deps;
    this.#callOff = clock.after(jobLimits.sweepEveryMs, () => void this.#sweep());
    const before = clock.now() - jobLimits.idleMsMax;
    for (const [id, job] of this.#jobs) {
      if (job.running || job.usedAt >= before) continue;
      this.#jobs.delete(id);
      await uploads
        .remove(id)
        .catch((error: unknown) => log.warn({ err: error, id }, "an upload was not removed"));
    }
  }

  /** What became of the file outlives this process. */
  async #record(job: ImportJob, { shop, actor }: ImportCaller): Promise<void> {
    const { clock, log } = this.#deps;
    const { id, fileName, bytes, kind } = job.uploaded;
    const { profile, result } = job;
    if (profile === null || result === null) return;
    const body = { fileName, bytes, kind, profile: profileItem(profile), summary: summaryItem(result) };
    try {
      await shop.batcher.submit({
        type: "putDocument",
        kind: importKind,
        id,
        version: 0,
        body,
        actor,
        at: clock.now(),
      });
    } catch (error) {
      log.warn({ err: error, id }, "the record of an import was not kept");
    }
  }

  async #makeRoom(shop: ShopId): Promise<void> {
    const ofShop = [...this.#jobs.values()]
      .filter((job) => !job.running && job.uploaded.shop === shop)
      .toSorted((a, b) => a.usedAt - b.usedAt);
    for (const job of ofShop.slice(0, Math.max(0, ofShop.length - jobLimits.jobsMax + 1))) {
      this.#jobs.delete(job.uploaded.id);
      await this.#deps.uploads.remove(job.uploaded.id);
    }
  }
}

function notNow(state: ImportItem["state"]): ImportRouteError {
  return new ImportRouteError(
    "import_state",
    {
      zh: `这个导入现在是「${state}」，不能这样做：先试算，再导入`,
      en: `This import is "${state}": check it first, then apply it`,
    },
    { state },
  );
}
