import { applyEvaluation, evaluate, type Alert, type Mute } from "./alert.ts";
import type { AlertInputs, SkuNow } from "./inputs.ts";
import { calmSku, defaults, inputsOf } from "./live.testing.ts";

/** A session that is evaluated again and again, and what it was told. */
export class Watch {
  open: readonly Alert[] = [];
  mutes: readonly Mute[] = [];
  /** `raise tier1 A`, `resolve tier1 A recovered`, `escalate tier1 A 1`. */
  said: string[] = [];

  look(inputs: AlertInputs, now: number): string[] {
    const evaluation = evaluate(inputs, this.open, this.mutes, defaults, now);
    this.open = applyEvaluation(this.open, evaluation);
    const name = (alert: Alert): string => `${alert.rule} ${alert.subject}`.trim();
    const said = [
      ...evaluation.resolve.map(({ alert, reason }) => `resolve ${name(alert)} ${reason}`),
      ...evaluation.raise.map((alert) => `raise ${name(alert)}`),
      ...evaluation.escalate.map((alert) => `escalate ${name(alert)} ${alert.level}`),
    ];
    this.said.push(...said);
    const again = evaluate(inputs, this.open, this.mutes, defaults, now);
    const more = again.raise.length + again.update.length + again.resolve.length + again.escalate.length;
    if (more > 0) throw new Error(`looking twice says something new: ${JSON.stringify(again)}`);
    return said;
  }

  sku(change: Partial<SkuNow>, now: number): string[] {
    return this.look(inputsOf([calmSku("A", change)]), now);
  }
}
