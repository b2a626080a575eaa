const keyForm = /^pick\/(W[0-9a-z]+)\/(\d+)\/(\d+)\/(\d+)$/;

/** A carrying's key: the wave, which of its carryings it is, by how much its time can be wrong, and the try. */
export function pickKey(wave: string, index: number, slackMs: number, n: number): string {
  return `pick/${wave}/${index}/${Math.round(slackMs)}/${n}`;
}

/** By how much the time of a scanned pick can be wrong, in milliseconds; null: the key is none of a pick. */
export function pickSlackMs(doc: string | null): number | null {
  const slack = doc === null ? undefined : keyForm.exec(doc)?.[3];
  return slack === undefined ? null : Number(slack);
}
