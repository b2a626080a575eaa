/**
 * Who writes the file, one after the other. SQLite lets one connection write at a time, and one that waits for it there
 * stops its whole thread: here the waiting costs nobody anything.
 */
export class Turns {
  #last: Promise<void> = Promise.resolve();

  /** Resolves when it is this one's turn. The returned function ends the turn. */
  async take(): Promise<() => void> {
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = promise;
    await before;
    return resolve;
  }

  async run<T>(work: () => T | Promise<T>): Promise<T> {
    const end = await this.take();
    try {
      return await work();
    } finally {
      end();
    }
  }
}
