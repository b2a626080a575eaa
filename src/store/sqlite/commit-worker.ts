// The thread that commits: its own connection, one batch after the other, until it is told to end.
import { parentPort, workerData } from "node:worker_threads";
import { InvariantError } from "../../domain/assert.ts";
import type { Command } from "../../domain/command.ts";
import type { Instant } from "../../domain/rows.ts";
import { StoreUnavailable, UnknownShop } from "../errors.ts";
import type { ShopId } from "../store.ts";
import { Committer, type Batch } from "./commit.ts";
import { openWriter } from "./database.ts";

export interface CommitWorkerData {
  readonly file: string;
  /** How long a commit waits for another process that is writing. */
  readonly busyTimeoutMs: number;
}

export interface BatchRequest {
  readonly shop: ShopId;
  readonly commands: readonly Command[];
  readonly at: Instant;
}

export interface BatchFailure {
  readonly kind: "unavailable" | "unknown_shop" | "invariant" | "other";
  readonly message: string;
  readonly stack: string;
  readonly shop: ShopId;
}

export type BatchAnswer = { readonly batch: Batch } | { readonly failure: BatchFailure };

const { file, busyTimeoutMs } = workerData as CommitWorkerData;
const database = openWriter(file, busyTimeoutMs);
const committer = new Committer(database);

function answer({ shop, commands, at }: BatchRequest): BatchAnswer {
  try {
    return { batch: committer.commit(shop, commands, at) };
  } catch (error) {
    return { failure: failureOf(error, shop) };
  }
}

function failureOf(error: unknown, shop: ShopId): BatchFailure {
  const { message, stack = "" } = error instanceof Error ? error : new Error(String(error));
  const described = { message, stack, shop };
  if (error instanceof StoreUnavailable) return { kind: "unavailable", ...described };
  if (error instanceof UnknownShop) return { kind: "unknown_shop", ...described };
  return { kind: error instanceof InvariantError ? "invariant" : "other", ...described };
}

parentPort?.on("message", (request: string | null) => {
  if (request !== null) {
    parentPort?.postMessage(JSON.stringify(answer(JSON.parse(request) as BatchRequest)));
    return;
  }
  database.close();
  parentPort?.close();
});
