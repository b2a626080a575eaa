import { DatabaseError } from "pg";
import { StoreUnavailable } from "../errors.ts";

/**
 * The connection was lost while a batch was being committed, and the database did not come back in time to say
 * whether it was. The commands may be sent again: what was done once is answered as a duplicate.
 */
export class CommitUnknown extends StoreUnavailable {
  constructor(options?: ErrorOptions) {
    super(
      "The database was lost during a commit and cannot say yet whether it was written. Send it again.",
      options,
    );
  }
}

/** Conditions of PostgreSQL that pass: nothing is wrong with what was asked. */
const passingClasses = new Set([
  "08", // the connection failed
  "40", // rolled back: a deadlock, a serialization failure
  "53", // out of memory, disk or connections
  "57", // stopped by an operator, shutting down, starting up
  "58", // the system failed
]);
const passingCodes = new Set([
  "25006", // read only: a replica was promoted elsewhere
  "25P03", // idle in a transaction for too long
  "55P03", // the lock was not to be had in time
]);

/** True where trying again may help: the connection was lost, or the server says so. */
export function isPassing(error: unknown): boolean {
  if (error instanceof DatabaseError) {
    const code = error.code ?? "";
    return passingClasses.has(code.slice(0, 2)) || passingCodes.has(code);
  }
  return isConnectionLoss(error);
}

/** The system's codes for what happens to a connection. */
const lossCodes = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ECONNABORTED",
  "ENOENT",
]);
/** The driver's own errors have no code. */
const lossMessages = /connection|client was closed|cannot use a pool/iu;

function isConnectionLoss(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isConnectionLoss);
  if (!(error instanceof Error)) return false;
  if ("code" in error && typeof error.code === "string") return lossCodes.has(error.code);
  return error.constructor === Error && lossMessages.test(error.message);
}

/** The server itself refused the statement and goes on: its transaction is rolled back. */
export function isRefused(error: unknown): boolean {
  return error instanceof DatabaseError && error.severity === "ERROR";
}

/** The error as the port names it. Only for what surely wrote nothing. */
export function asStoreError(error: unknown): unknown {
  if (error instanceof StoreUnavailable || !isPassing(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new StoreUnavailable(`PostgreSQL is not available: ${message}`, { cause: error });
}
