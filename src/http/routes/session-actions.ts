import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import { invalidBody } from "../../api/problem.ts";
import {
  ActionBody,
  MuteBody,
  NoteBody,
  PatrolBody,
  ReviewBody,
  UnmuteBody,
  type ActionAnswer,
} from "../../api/session-actions.ts";
import { SessionParams } from "../../api/sessions.ts";
import { IdText, NameId, closed } from "../../api/text.ts";
import { answerAll, type PatrolAnswer, type PatrolCard } from "../../domain/live/patrol.ts";
import { minuteMs } from "../../domain/live/time.ts";
import { skuKey } from "../../domain/text.ts";
import { isRefused, refuse } from "../../engine/live/refuse.ts";
import type { NewActivity } from "../../store/activities.ts";
import type { AddRoutes, RouteContext } from "../deps.ts";
import { refusedProblem, requireActed } from "../sessions/refused.ts";
import { describe, typed } from "./schema.ts";

const tag = "Live session";
const MessageParams = Type.Object({ session: IdText, message: NameId }, closed);

/** What people do during a session. Each is written into its timeline with who did it. */
export const addSessionActionRoutes: AddRoutes = (app, context) => {
  addPlaybookRoutes(app, context);
  addAnswerRoutes(app, context);
};

function addPlaybookRoutes(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const act = context.guard("session:write");
  const schema = (summary: string) => ({ ...describe(tag, summary), params: SessionParams });

  routes.post(
    "/api/v1/sessions/:session/actions",
    { onRequest: act, schema: { ...schema("Press a button of a playbook"), body: ActionBody } },
    async (request): Promise<ActionAnswer> => {
      const { live } = await context.shopOf(request);
      const { actor, at } = context.caller(request);
      const done = await live.actions.perform(request.params.session, request.body, { actor, at });
      if (isRefused(done)) throw refusedProblem(done);
      return done;
    },
  );

  routes.post(
    "/api/v1/sessions/:session/mutes",
    { onRequest: act, schema: { ...schema("No alert of a rule for a while"), body: MuteBody } },
    async (request): Promise<ActionAnswer> => {
      const { rule, subject, minutes, reason } = request.body;
      return append(context, request, ({ actor, at }) => {
        const mute = { rule, subject, until: at + minutes * minuteMs, by: actor, reason };
        return [{ kind: "alert_muted", actor, at, body: { mute } }];
      });
    },
  );

  routes.post(
    "/api/v1/sessions/:session/mutes/end",
    { onRequest: act, schema: { ...schema("Alerts of a rule again"), body: UnmuteBody } },
    async (request): Promise<ActionAnswer> =>
      append(context, request, ({ actor, at }) => [{ kind: "alert_unmuted", actor, at, body: request.body }]),
  );

  routes.post(
    "/api/v1/sessions/:session/notes",
    { onRequest: act, schema: { ...schema("Write into the timeline"), body: NoteBody } },
    async (request): Promise<ActionAnswer> =>
      append(context, request, ({ actor, at }) => [{ kind: "note", actor, at, body: request.body }]),
  );

  // Whoever stands beside the host may say that the host has seen it.
  routes.post(
    "/api/v1/sessions/:session/messages/:message",
    {
      onRequest: context.guard("stock:read"),
      schema: { ...describe(tag, "The host has seen a message"), params: MessageParams },
    },
    async (request): Promise<ActionAnswer> => {
      const { sessions } = await context.shopOf(request);
      const { actor, at } = context.caller(request);
      const { session, message } = request.params;
      const acted = await sessions.act(session, ({ state }) =>
        seenMessage(state.messages, message, actor, at),
      );
      return { activity: requireActed(acted).open.state.seq };
    },
  );
}

/** The entry that says so; none, where it was said already. */
export function seenMessage(
  messages: readonly { readonly message: string; readonly acknowledgedAt: number | null }[],
  message: string,
  actor: string,
  at: number,
) {
  const known = messages.find((one) => one.message === message);
  if (known === undefined) return refuse("conflict", "没有这条消息", "There is no such message");
  if (known.acknowledgedAt !== null) return [];
  const entry: NewActivity = { kind: "host_message_acknowledged", actor, at, body: { message } };
  return [entry];
}

function addAnswerRoutes(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const act = context.guard("session:write");
  const schema = (summary: string) => ({ ...describe(tag, summary), params: SessionParams });

  routes.post(
    "/api/v1/sessions/:session/patrols",
    {
      onRequest: act,
      schema: {
        ...schema("Answer a patrol; without answers the quiet one to every product"),
        body: PatrolBody,
      },
    },
    async (request): Promise<ActionAnswer> => {
      const { patrol, answers } = request.body;
      const { sessions } = await context.shopOf(request);
      const { actor, at } = context.caller(request);
      const acted = await sessions.act(request.params.session, ({ state }) => {
        const card = state.patrols.get(patrol);
        if (card === undefined)
          return refuse("conflict", "这次巡检已经有人答完了", "This patrol has been answered");
        const given =
          answers.length === 0
            ? answerAll(card, actor, at).answers.slice(card.answers.length)
            : answersTo(card, answers, actor, at);
        return [{ kind: "patrol_answered", actor, at, body: { patrol, answers: given } }];
      });
      return { activity: requireActed(acted).open.state.seq };
    },
  );

  routes.post(
    "/api/v1/sessions/:session/reviews",
    { onRequest: act, schema: { ...schema("Decide about an order under review"), body: ReviewBody } },
    async (request): Promise<ActionAnswer> => {
      const { live, sessions } = await context.shopOf(request);
      const { channel, orderId, decision, inHand = {}, reason = "" } = request.body;
      const answer = decision === "confirmed" ? { decision, inHand } : { decision, reason };
      const { actor, at } = context.caller(request);
      const { session } = request.params;
      const refused = await live.reviews.decide(session, { channel, orderId }, answer, { actor, at });
      if (refused !== null) throw refusedProblem(refused);
      return { activity: sessions.known(session)?.state.seq ?? 0 };
    },
  );
}

/** @throws ProblemError where an answer is none that the card offers */
function answersTo(
  card: PatrolCard,
  answers: readonly { readonly sku: string; readonly group: string; readonly answer: string }[],
  by: string,
  at: number,
): readonly PatrolAnswer[] {
  return answers.map(({ sku, group, answer }, index) => {
    const item = card.items.find((one) => one.sku === skuKey(sku) && one.group === group);
    const known = item?.answers.find((one) => one === answer);
    if (item === undefined || known === undefined)
      throw invalidBody({
        path: `answers[${index}]`,
        problem: "the card does not offer this answer",
        problemZh: "这张巡检卡没有这个选项",
      });
    return { sku: item.sku, group: item.group, answer: known, by, at };
  });
}

async function append(
  context: RouteContext,
  request: Parameters<RouteContext["caller"]>[0] & { readonly params: SessionParams },
  entries: (by: { readonly actor: string; readonly at: number }) => readonly NewActivity[],
): Promise<ActionAnswer> {
  const { sessions } = await context.shopOf(request);
  const { actor, at } = context.caller(request);
  const acted = await sessions.act(request.params.session, () => entries({ actor, at }));
  return { activity: requireActed(acted).open.state.seq };
}
