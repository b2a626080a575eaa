/** What one contender measured in one round, and in which it is compared. */
export interface Contender<Answer> {
  readonly name: string;
  readonly measure: (round: number) => Promise<Answer>;
}

/**
 * Measures every contender once a round, one after the other, in the opposite order every other round: so what
 * slows the machine down for a while slows all of them down, and none always follows the same one.
 * @param tell is told what is being measured
 */
export async function inRounds<Answer>(
  contenders: readonly Contender<Answer>[],
  rounds: number,
  tell: (text: string) => void,
): Promise<ReadonlyMap<string, readonly Answer[]>> {
  const answers = new Map<string, Answer[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, measure } of round % 2 === 0 ? contenders : contenders.toReversed()) {
      tell(`round ${round + 1} of ${rounds}: ${name}`);
      answers.get(name)?.push(await measure(round));
    }
  }
  return answers;
}
