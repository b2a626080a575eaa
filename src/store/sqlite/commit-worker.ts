// The thread that writes: its own connection, one thing after the other, until it is told to end.
import { parentPort, workerData } from "node:worker_threads";
import { InvariantError } from "../../domain/assert.ts";
import type { Command } from "../../domain/command.ts";
import type { Instant } from "../../domain/rows.ts";
import { StoreUnavailable, UnknownShop } from "../errors.ts";
import type { ShopId } from "../store.ts";
import { openWriter } from "./database.ts";
import { LocalWriter } from "./file-writer.ts";
import type { SideWrites } from "./side-writes.ts";

export interface CommitWorkerData {
  readonly file: string;
  /** How long a commit waits for another process that is writing. */
  readonly busyTimeoutMs: number;
}

/** Comes and is answered as JSON. */
export interface BatchRequest {
  readonly shop: ShopId;
  readonly commands: readonly Command[];
  readonly at: Instant;
}

/** Everything else, which may hold bytes. Null ends the thread. */
export type SideRequest =
  | { readonly beside: keyof SideWrites; readonly args: readonly unknown[] }
  | { readonly sql: string; readonly parameters: readonly unknown[] };

export interface WriteFailure {
  readonly kind: "unavailable" | "unknown_shop" | "invariant" | "other";
  readonly message: string;
  readonly stack: string;
  readonly shop: ShopId;
}

export type WriteAnswer = { readonly value: unknown } | { readonly failure: WriteFailure };

const noShop = 0;
const { file, busyTimeoutMs } = workerData as CommitWorkerData;
const database = openWriter(file, busyTimeoutMs);
const writer = new LocalWriter(database);
// As it stands beside: which of them it is only the caller knows.
const beside = writer.beside as (name: string, ...args: unknown[]) => Promise<unknown>;

async function answerOf(run: () => Promise<unknown>, shop: ShopId): Promise<WriteAnswer> {
  try {
    return { value: await run() };
  } catch (error) {
    return { failure: failureOf(error, shop) };
  }
}

function failureOf(error: unknown, shop: ShopId): WriteFailure {
  const { message, stack = "" } = error instanceof Error ? error : new Error(String(error));
  const described = { message, stack, shop };
  if (error instanceof StoreUnavailable) return { kind: "unavailable", ...described };
  if (error instanceof UnknownShop) return { kind: "unknown_shop", ...described };
  return { kind: error instanceof InvariantError ? "invariant" : "other", ...described };
}

async function answer(request: string | SideRequest): Promise<string | WriteAnswer> {
  if (typeof request === "string") {
    const { shop, commands, at } = JSON.parse(request) as BatchRequest;
    return JSON.stringify(await answerOf(() => writer.commit(shop, commands, at), shop));
  }
  if ("sql" in request) return answerOf(() => writer.query(request.sql, request.parameters), noShop);
  return answerOf(() => beside(request.beside, ...request.args), noShop);
}

parentPort?.on("message", (request: string | SideRequest | null) => {
  if (request === null) {
    database.close();
    parentPort?.close();
    return;
  }
  void answer(request).then((said) => parentPort?.postMessage(said));
});
