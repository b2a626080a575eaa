import { etaWindowMinutes, sellOutEta } from "./metric.ts";
import { nothingAhead, rateAhead, type Ahead, type RateAhead, type Seen } from "./rate-ahead.ts";

/**
 * When will it be sold out? The plain ETA divides by the last 30 minutes. This one follows a burst: the last
 * minutes weigh most; it knows when the product will be shown, unpaid orders that will expire give their units
 * back, and the answer has a range. Nothing here is random: the same history gives the same forecast.
 */

/** What is known of one SKU at one moment. */
export interface ForecastInput {
  readonly sellable: number;
  /** Units that unpaid orders hold; 0 where stock is deducted at payment. */
  readonly heldUnpaid: number;
  /** Units that left sellable in each minute, oldest first; up to `historyMinutesMax` count. */
  readonly perMinute: readonly number[];
  /** How much of the last of these minutes has passed, above 0 and up to 1. */
  readonly lastFraction: number;
  /** How this session's unpaid holds have ended so far. */
  readonly holds: HoldsEnded;
  /** How long an unpaid order holds its units. */
  readonly holdMinutes: number;
  /** When it is shown, and how well the plan has been met; without it every minute is like the last ones. */
  readonly ahead?: Ahead;
}

export interface HoldsEnded {
  readonly ended: number;
  /** Of them those that expired, or were cancelled unpaid. */
  readonly expired: number;
}

/** Minutes until the last sellable unit is gone: one in ten comes before p10, one in ten after p90. */
export interface Forecast {
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
  /** Units a minute, the last minutes weighing most. */
  readonly unitsPerMinute: number;
  /** Variance of a minute's units ÷ their mean: 1 is pure chance, more is bursts. */
  readonly dispersion: number;
  /** Share of unpaid orders that give their units back. */
  readonly expireShare: number;
}

export const historyMinutesMax = 60;

/** A minute weighs half of the one that is so much later. */
const halfLifeMinutes = 4;
/** As if so many holds had been seen already, of which this share expired. */
const priorHolds = 20;
const priorExpireShare = 0.2;
/** The dispersion and the drift of a product nobody has watched yet, and how many minutes they count for. */
const priorDispersion = 3;
const priorDispersionMinutes = 5;
/** Variance of the logarithm of the rate from one block of minutes to the next. */
const priorDrift = 0.1;
const priorDriftBlocks = 2;
const blockMinutes = 5;
/** A pace that wanders is pulled back in the end: it is no less certain after more than so many minutes. */
const driftMinutesMax = 30;
/** Variance of the logarithm of how well one slot meets its target. */
const slotVariance = 0.35;
/** What of the drift between blocks is drift of the mean over the time that is asked for. */
const driftShare = 0.5;
/** Beyond it the range says nothing more: a factor of e^(1.28 × 1.25), about five, to either side. */
const sigmaMax = 1.25;
/** The 90th percentile of the normal distribution. */
const z90 = 1.2815515655446004;

/** The share of holds that expire, learned from the session and pulled towards what is usual. */
export function expireShareOf({ ended, expired }: HoldsEnded): number {
  return (Math.min(expired, ended) + priorHolds * priorExpireShare) / (ended + priorHolds);
}

/** The forecast; null where nothing was sold and no slot is to come: then nobody can say. */
export function forecast(input: ForecastInput): Forecast | null {
  const history = weigh(input.perMinute.slice(-historyMinutesMax), input.lastFraction);
  const { showings, pace } = input.ahead ?? nothingAhead;
  const ahead = rateAhead(history, { showings, pace });
  if (ahead === null) return null;
  const expireShare = expireShareOf(input.holds);
  const dispersion = dispersionOf(history);
  const base = { unitsPerMinute: ahead.now, dispersion, expireShare };
  if (input.sellable <= 0) return { p10: 0, p50: 0, p90: 0, ...base };
  const at = (speed: number): number => timeToSellOut(input, ahead, speed, expireShare);
  const p50 = at(1);
  // A slot within that time is one more thing that is not known.
  const shown = showings.some(({ from, to }) => to > 0 && from < p50);
  const variance = varianceOf(history, ahead.now, dispersion, input.sellable, p50);
  const sigma = Math.min(sigmaMax, Math.sqrt(variance + (shown ? slotVariance : 0)));
  const spread = Math.exp(z90 * sigma);
  return { p10: at(spread), p50, p90: at(1 / spread), ...base };
}

/**
 * Minutes until sellable reaches zero. Of every minute's orders the share that expires comes back when their
 * time is over, those of the past within a known minute, those to come as they will be placed. Rises with the
 * stock, falls with the speed.
 * @param speed times as fast as `ahead` says
 */
export function timeToSellOut(
  input: Pick<ForecastInput, "sellable" | "heldUnpaid" | "perMinute" | "holdMinutes">,
  { perMinute: rates, after }: Pick<RateAhead, "perMinute" | "after">,
  speed: number,
  expireShare: number,
): number {
  const { sellable, heldUnpaid, perMinute } = input;
  const hold = Math.max(0, Math.ceil(input.holdMinutes));
  const open = hold === 0 ? [] : perMinute.slice(-hold).map((units) => Math.max(0, units));
  // Nothing of these has expired yet, so all that will is still held; more than is held cannot come back.
  const ordered = open.reduce((sum, units) => sum + units, 0);
  const openShare = ordered > 0 ? Math.min(expireShare, heldUnpaid / ordered) : 0;
  const share = hold === 0 ? 0 : expireShare;
  const gone: number[] = [];
  let stock = sellable;
  for (let minute = 0; minute < rates.length + hold; minute += 1) {
    const past = open[minute - (hold - open.length)] ?? 0;
    stock += minute < hold ? past * openShare : (gone[minute - hold] ?? 0) * share;
    const rate = (rates[minute] ?? after) * speed;
    if (rate > 0 && stock <= rate) return minute + stock / rate;
    stock -= rate;
    gone.push(rate);
  }
  // From here on what comes back is a share of what goes.
  return rates.length + hold + stock / (after * speed * (1 - share));
}

interface Weighed extends Seen {
  readonly weights: readonly number[];
}

function weigh(perMinute: readonly number[], lastFraction: number): Weighed {
  // A corrected quantity can make a minute negative; no rate is.
  const units = perMinute.map((one) => Math.max(0, one));
  const last = units.length - 1;
  return {
    units,
    weights: units.map((_, index) => 2 ** (-(last - index) / halfLifeMinutes)),
    exposure: units.map((_, index) => (index === last ? Math.min(1, Math.max(0, lastFraction)) : 1)),
  };
}

/**
 * How much more than chance a minute's units vary. From minute to minute, so that a rate which rises steadily
 * is not taken for noise.
 */
function dispersionOf({ units, weights }: Weighed): number {
  let squares = priorDispersion * priorDispersionMinutes;
  let weight = priorDispersionMinutes;
  // The last minute is under way: it is no whole minute to compare with.
  for (let index = 1; index < units.length - 1; index += 1) {
    const [before, after] = [units[index - 1] ?? 0, units[index] ?? 0];
    if (before + after === 0) continue;
    const share = weights[index] ?? 0;
    squares += (share * (after - before) ** 2) / (before + after);
    weight += share;
  }
  return Math.max(1, squares / weight);
}

/** How fast the rate itself wanders: variance of its logarithm from one block of five minutes to the next. */
function driftOf({ units }: Weighed, dispersion: number): number {
  const whole = units.slice(0, -1);
  const blocks: number[] = [];
  for (let end = whole.length; end >= blockMinutes; end -= blockMinutes)
    blocks.push(whole.slice(end - blockMinutes, end).reduce((sum, one) => sum + one, 0));
  let squares = priorDrift * priorDriftBlocks;
  let count = priorDriftBlocks;
  for (let index = 1; index < blocks.length; index += 1) {
    const [after, before] = [(blocks[index - 1] ?? 0) + 0.5, (blocks[index] ?? 0) + 0.5];
    if (after + before === 1) continue;
    const noise = dispersion * (1 / after + 1 / before);
    squares += Math.max(0, Math.log(after / before) ** 2 - noise);
    count += 1;
  }
  return squares / count;
}

/** The variance of the logarithm of the time: chance, what the rate is not known by, and its drift. */
function varianceOf(
  history: Weighed,
  rate: number,
  dispersion: number,
  units: number,
  minutes: number,
): number {
  const chance = dispersion / units;
  const seen = dispersion / Math.max(dispersion, rate * dot(history.weights, history.exposure));
  const drift = (driftOf(history, dispersion) * Math.min(minutes, driftMinutesMax)) / blockMinutes;
  return chance + seen + drift * driftShare;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}

/** One minute of a session that is over, of one SKU. */
export interface HistoryMinute {
  /** At its end. */
  readonly sellable: number;
  /** The least that it was at any moment of the minute: a sell-out counts though units came back at once. */
  readonly lowest: number;
  readonly heldUnpaid: number;
  /** Units that left sellable. */
  readonly left: number;
  /** Units of paid orders. */
  readonly sold: number;
  readonly holds: HoldsEnded;
}

export interface SkuHistory {
  readonly sku: string;
  readonly holdMinutes: number;
  /** Without a gap, from the beginning of the session. */
  readonly minutes: readonly HistoryMinute[];
  /** What was planned and known of the plan when so many minutes were over. */
  readonly aheadAt?: (minutesOver: number) => Ahead;
}

export interface EtaErrors {
  /** Minutes; null where there is no case, or where half of them got no answer. */
  readonly medianError: number | null;
  /** Cases in which the ETA said nothing: they count as infinitely wrong. */
  readonly unanswered: number;
}

export interface LeadReport {
  readonly minutesBefore: number;
  /** SKUs that sold out no earlier than so many minutes after the beginning. */
  readonly cases: number;
  readonly plain: EtaErrors;
  readonly burst: EtaErrors;
  /** Share of the cases in which the truth lay between P10 and P90; 0.8 is perfect; null without a case. */
  readonly coverage: number | null;
}

/** The moments at which both ETAs are asked, in minutes before the sell-out. */
export const leadMinutes: readonly number[] = [60, 30, 10];

/** Both ETAs against what happened: what they said before each SKU's first sell-out. */
export function evaluateForecast(histories: readonly SkuHistory[]): readonly LeadReport[] {
  return leadMinutes.map((minutesBefore) => {
    const cases = histories.flatMap((history) => {
      const one = caseOf(history, minutesBefore);
      return one === null ? [] : [one];
    });
    const covered = cases.filter(
      ({ truth, burst }) => burst !== null && burst.p10 <= truth && truth <= burst.p90,
    );
    return {
      minutesBefore,
      cases: cases.length,
      plain: errorsOf(cases.map(({ truth, plain }) => (plain === null ? null : Math.abs(plain - truth)))),
      burst: errorsOf(cases.map(({ truth, burst }) => (burst === null ? null : Math.abs(burst.p50 - truth)))),
      coverage: cases.length === 0 ? null : covered.length / cases.length,
    };
  });
}

interface Case {
  readonly truth: number;
  readonly plain: number | null;
  readonly burst: Forecast | null;
}

function caseOf({ minutes, holdMinutes, aheadAt }: SkuHistory, minutesBefore: number): Case | null {
  const out = minutes.findIndex(
    ({ lowest }, index) => lowest <= 0 && index > 0 && (minutes[index - 1]?.sellable ?? 0) > 0,
  );
  const asked = minutes[out - minutesBefore];
  const before = minutes[out - 1];
  const last = minutes[out];
  if (out < 0 || asked === undefined || before === undefined || last === undefined) return null;
  // Within its last minute the stock ended when so much of the minute's demand was served.
  const part = last.left > 0 ? Math.min(1, before.sellable / last.left) : 1;
  const seen = minutes.slice(0, out - minutesBefore + 1);
  const sold = seen.slice(-etaWindowMinutes).reduce((sum, minute) => sum + minute.sold, 0);
  return {
    truth: minutesBefore - 1 + part,
    plain: sellOutEta(asked.sellable, sold, seen.length),
    burst: forecast({
      sellable: asked.sellable,
      heldUnpaid: asked.heldUnpaid,
      perMinute: seen.map((minute) => minute.left),
      lastFraction: 1,
      holds: asked.holds,
      holdMinutes,
      ahead: aheadAt?.(seen.length) ?? nothingAhead,
    }),
  };
}

function errorsOf(errors: readonly (number | null)[]): EtaErrors {
  const unanswered = errors.filter((error) => error === null).length;
  const median = medianOf(errors.map((error) => error ?? Infinity));
  return { medianError: Number.isFinite(median) ? median : null, unanswered };
}

/** Infinity without a value, and where the middle is infinite. */
function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Infinity;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Infinity) + upper) / 2;
}
