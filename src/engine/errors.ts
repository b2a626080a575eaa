/** The command was not taken: nothing of it happened. Ask again after `retryAfterMs`. */
export class Busy extends Error {
  override readonly name = "Busy";
  readonly retryAfterMs: number;
  constructor(retryAfterMs: number, options?: ErrorOptions) {
    super(`Busy; ask again in ${retryAfterMs} ms.`, options);
    this.retryAfterMs = retryAfterMs;
  }
}

/** The engine is closing: the command was not taken. */
export class ShuttingDown extends Error {
  override readonly name = "ShuttingDown";
  constructor() {
    super("The engine is shutting down.");
  }
}

/** The store or the model failed at this very command; `cause` says how, `id` is how the log names it. */
export class CommandFailed extends Error {
  override readonly name = "CommandFailed";
  readonly id: string;
  constructor(id: string, options: ErrorOptions) {
    super(`The command failed; the log names it ${id}.`, options);
    this.id = id;
  }
}

export type EngineError = Busy | ShuttingDown | CommandFailed;

/** What the engine and the jobs write to: pino has this shape. */
export interface Log {
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
  error(data: object, message: string): void;
}
