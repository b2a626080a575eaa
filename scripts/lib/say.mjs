/**
 * What set-up tells the person at the terminal: Chinese first, English beside it, always on stderr, so that
 * stdout stays free for a command's own output (`--json`).
 * @param {string} zh
 * @param {string} en
 */
export function say(zh, en) {
  process.stderr.write(`${zh}\n  ${en}\n`);
}

/** A set-up step that cannot go on, with the sentence that says what to do. Shown without a stack. */
export class SetupError extends Error {
  /**
   * @param {string} zh
   * @param {string} en
   * @param {string} [detail] what the failing program itself said, shown below the sentence
   */
  constructor(zh, en, detail = "") {
    super(`${zh}\n  ${en}${detail === "" ? "" : `\n\n${detail}`}`);
    this.name = "SetupError";
  }
}

/**
 * Runs a script's main function; a SetupError ends the process with status 1 and its sentence alone.
 * @param {() => Promise<number>} main answers the exit status
 */
export async function runMain(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
