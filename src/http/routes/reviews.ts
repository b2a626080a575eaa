import type { FastifyInstance } from "fastify";
import {
  ReviewEventBody,
  type ReviewItem,
  type ReviewLine,
  type ReviewList,
  type ReviewStepDetail,
} from "../../api/after-live.ts";
import { ReviewParams, ReviewStepParams } from "../../api/after-live-queries.ts";
import { invalidBody, ProblemError } from "../../api/problem.ts";
import { timeOf, timeOrNull } from "../../api/text.ts";
import { deskWords } from "../../domain/after-live/desk.ts";
import { reviewClock, type ReportFacts, type ReviewState } from "../../domain/after-live/review.ts";
import { reviewMinutesGoal, reviewSteps, stepWords, type ReviewStep } from "../../domain/after-live/step.ts";
import type { Line } from "../../domain/rows.ts";
import { keepSession, sessionHash, type SessionAnswer } from "../../engine/after-live/kept-session.ts";
import { hashOf } from "../../engine/after-live/reports.ts";
import {
  reviewLists,
  stepFacts,
  type ReviewLists,
  type ReviewSubject,
} from "../../engine/after-live/review-steps.ts";
import { readReview, review, reviewHistory, type ReviewDeed } from "../../engine/after-live/reviews.ts";
import type { OpenShop } from "../../engine/shops.ts";
import type { AddRoutes, RouteContext } from "../deps.ts";
import { unknownSession } from "../sessions/refused.ts";
import { caseItem } from "./odd-orders.ts";
import { itemOf } from "./reconciliations.ts";
import { addDeskRoutes } from "./oversell-desk.ts";
import { describe, typed } from "./schema.ts";

const tag = "Review";
const daysListed = 60;
const linesShownMax = 500;

/** The review after a session or a business day: its steps, clock and signature. */
export const addReviewRoutes: AddRoutes = (app, context) => {
  addListRoute(app, context);
  addReadRoutes(app, context);
  addEventRoute(app, context);
  addDeskRoutes(app, context);
};

function addListRoute(app: FastifyInstance, context: RouteContext): void {
  typed(app).get(
    "/api/v1/reviews",
    {
      onRequest: context.guard("stock:read"),
      schema: describe(tag, "Days and their reviews, and the streak"),
    },
    async (request): Promise<ReviewList> => {
      const shop = await context.shopOf(request);
      const options = { store: context.store, shop: shop.id };
      const closed = await shop.reports.list({ limit: daysListed });
      const { days, streak } = await reviewHistory(options, closed, context.clock.now());
      return {
        items: days.map(({ day, signedAt, signedBy, workedMs, quiet }) => ({
          date: day.date,
          signedBy,
          workedMs,
          quiet,
          signedAt: timeOrNull(signedAt),
        })),
        streak,
      };
    },
  );
}

function addReadRoutes(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const onRequest = context.guard("stock:read");

  routes.get(
    "/api/v1/reviews/:kind/:id",
    {
      onRequest,
      schema: { ...describe(tag, "A review, with what is open in each step now"), params: ReviewParams },
    },
    async (request): Promise<ReviewItem> => {
      const shop = await context.shopOf(request);
      const subject = await subjectOf(context, shop, request.params);
      const state = await readReview({ store: context.store, shop: shop.id }, request.params);
      return reviewItem(subject, state, await listsOf(context, shop, subject), context.clock.now());
    },
  );

  routes.get(
    "/api/v1/reviews/:kind/:id/steps/:step",
    {
      onRequest,
      schema: { ...describe(tag, "What a step is about, line by line"), params: ReviewStepParams },
    },
    async (request): Promise<ReviewStepDetail> => {
      const shop = await context.shopOf(request);
      const { step, ...key } = request.params;
      const subject = await subjectOf(context, shop, key);
      const lists = await listsOf(context, shop, subject);
      const lines = linesOf(step, lists).slice(0, linesShownMax);
      const skus = [...lines.map(({ line }) => line.sku), ...lists.doubtful.map(({ sku }) => sku)];
      const names = await shop.names.of(skus);
      return {
        step,
        ...stepFacts(lists)[step],
        reconciliations: step === "orders" ? lists.reconciliations.map(itemOf) : [],
        missingChannels: step === "orders" ? lists.missingChannels : [],
        lines: lines.map(({ line, ...more }) => ({ ...lineOf(line, names), ...more })),
        cases: step === "odd" ? lists.cases.map(caseItem) : [],
        doubtful:
          step === "count" ? lists.doubtful.map((one) => ({ ...one, name: names.get(one.sku) ?? "" })) : [],
      };
    },
  );
}

function addEventRoute(app: FastifyInstance, context: RouteContext): void {
  typed(app).post(
    "/api/v1/reviews/:kind/:id/events",
    {
      onRequest: context.guard("orders:write"),
      schema: {
        ...describe(tag, "Enter, finish or reopen a step; pause; sign, or take the signature back"),
        params: ReviewParams,
        body: ReviewEventBody,
      },
    },
    async (request): Promise<ReviewItem> => {
      const shop = await context.shopOf(request);
      const subject = await subjectOf(context, shop, request.params);
      const lists = await listsOf(context, shop, subject);
      const made = await signedSession(shop, subject, request.body);
      const deed = deedOf(lists, request.body, made);
      const { actor, at } = context.caller(request);
      const options = { store: context.store, shop: shop.id, batcher: shop.batcher };
      const done = await review(options, request.params, deed, { actor, at });
      if (!done.ok) {
        const { code, words } = done;
        throw new ProblemError("conflict", { reason: code, problem: words.en, problemZh: words.zh });
      }
      // What was signed is what is shown from now on.
      if (made !== null) await keepSession(shop.batcher, made, { actor, at });
      return reviewItem(subject, done.state, lists, at);
    },
  );
}

/** The report that a session's review signs; null: nothing is signed, or the report of a day is. */
async function signedSession(
  shop: OpenShop,
  { kind, id }: ReviewSubject,
  body: ReviewEventBody,
): Promise<SessionAnswer | null> {
  if (body.do !== "sign" || kind !== "session") return null;
  const made = await shop.afterLive.sessionReport(id);
  if (made === null) throw unknownSession();
  return made;
}

function deedOf(
  lists: ReviewLists,
  { do: what, step, reason: said }: ReviewEventBody,
  made: SessionAnswer | null,
): ReviewDeed {
  const reason = said ?? null;
  switch (what) {
    case "seen":
    case "pause":
      return { do: what };
    case "sign":
      return { do: what, report: reportFacts(lists, made), reason };
    case "unsign":
      return { do: what, reason };
    case "enter":
    case "reopen":
    case "finish":
      if (step === undefined)
        throw invalidBody({ path: "step", problem: "it is missing", problemZh: "缺少这一项" });
      return what === "finish"
        ? { do: what, step, facts: stepFacts(lists)[step], reason }
        : { do: what, step };
  }
}

/** A day's review signs the day's report; a session's its own, with the balance of its day. */
function reportFacts({ report }: ReviewLists, made: SessionAnswer | null): ReportFacts {
  const { seq, balanced } = report;
  const hash = made === null ? hashOf(report) : (made.hash ?? sessionHash(made.report));
  return { seq, hash, balanced };
}

async function subjectOf(
  { clock }: RouteContext,
  shop: OpenShop,
  { kind, id }: { readonly kind: "day" | "session"; readonly id: string },
): Promise<ReviewSubject> {
  if (kind === "day") {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(id) || Number.isNaN(Date.parse(id)))
      throw new ProblemError("not_found", { what: "such day", whatZh: "这一天" });
    return { kind, id, title: id, date: id, period: shop.reports.spanOf(id) };
  }
  const open = await shop.sessions.get(id);
  if (open === null) throw unknownSession();
  const from = open.state.liveSince ?? open.plan.startsAt;
  const to = open.state.endedAt ?? Math.max(from, clock.now());
  return { kind, id, title: open.plan.title, date: shop.reports.dateOf(from), period: { from, to } };
}

async function listsOf(
  { store, clock }: RouteContext,
  shop: OpenShop,
  subject: ReviewSubject,
): Promise<ReviewLists> {
  const answer = await shop.reports.day(subject.date);
  if (answer === null)
    throw new ProblemError("not_found", { what: "books of that day", whatZh: "这一天的账" });
  const options = { store, shop: shop.id, now: clock.now(), dayEnds: shop.day().to };
  return reviewLists(options, subject, answer.report);
}

function reviewItem(subject: ReviewSubject, state: ReviewState, lists: ReviewLists, now: number): ReviewItem {
  const clock = reviewClock(state, now);
  const facts = stepFacts(lists);
  const { signature } = state;
  return {
    kind: subject.kind,
    id: subject.id,
    title: subject.title,
    date: subject.date,
    startedAt: timeOrNull(state.startedAt),
    current: state.current,
    next: clock.next,
    workedMs: clock.workedMs,
    minutesLeft: clock.minutesLeft,
    minutesGoal: reviewMinutesGoal,
    steps: reviewSteps.map((step) => {
      const { done, open: leftOpen, reason, by, at, workedMs } = state.steps[step];
      const { zh, en, minutes } = stepWords[step];
      return {
        step,
        words: {
          zh,
          en,
        },
        minutes,
        done,
        leftOpen,
        reason,
        by,
        workedMs,
        ...facts[step],
        at: timeOrNull(at),
      };
    }),
    signature:
      signature === null
        ? null
        : {
            ...signature,
            at: timeOf(signature.at),
          },
  };
}

type StepLine = Omit<ReviewLine, "channel" | "orderId" | "lineId" | "sku" | "name" | "placedAt"> & {
  readonly line: Line;
};

function linesOf(step: ReviewStep, lists: ReviewLists): readonly StepLine[] {
  switch (step) {
    case "pending":
      return lists.pending.map(({ line, held, waitingHours }) => ({
        line,
        units: held,
        open: true,
        waitingHours,
      }));
    case "refunds":
      return lists.refunds.map(({ line, units, sent, today, overdue, dueAt }) => ({
        line,
        units,
        sent,
        today,
        overdue,
        open: today || overdue,
        dueAt: timeOf(dueAt),
      }));
    case "presale":
      return lists.presale.map(({ line, waiting, late, promisedAt }) => ({
        line,
        units: waiting,
        late,
        open: late,
        promisedAt: timeOrNull(promisedAt),
      }));
    case "shortage":
      return lists.shortage.map(({ line, short, promised, deadlineAt, hoursLeft, suggested, swapFor }) => ({
        line,
        units: short,
        open: true,
        promisedUnits: promised,
        hoursLeft,
        suggested,
        swapFor,
        deadlineAt: timeOf(deadlineAt),
        suggestedWords: deskWords[suggested],
      }));
    case "orders":
    case "odd":
    case "count":
    case "report":
      return [];
  }
}

function lineOf({ channel, orderId, lineId, sku, placedAt }: Line, names: ReadonlyMap<string, string>) {
  return { channel, orderId, lineId, sku, name: names.get(sku) ?? "", placedAt: timeOf(placedAt) };
}
