import { Button, Input, InputNumber, Popconfirm } from "antd";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { SessionView } from "../../../api/session-view.ts";
import { shortId, useWords } from "../../ui/words.ts";
import { live } from "./client.ts";
import { useDesk } from "./desk.ts";
import { useLiveWords } from "./live-words.ts";
import { Panel } from "./parts.tsx";
import css from "./todo.module.css";

/** How many things wait in the panel. */
export function todoCount(view: SessionView): number {
  const unanswered = view.requests.filter((one) => one.answer !== null).length;
  const stops = view.stops.filter((one) =>
    one.channels.some((channel) => channel.confirmedAt === null),
  ).length;
  return view.reviews.length + unanswered + stops;
}

/** What waits for a person besides alerts: orders to review, suppliers' answers, channels to confirm; and mutes. */
export function TodoPanel({
  className,
  onSku,
}: {
  className?: string | undefined;
  onSku: (sku: string) => void;
}) {
  const { t } = useTranslation();
  const { view, canAct } = useDesk();
  const { reviews, requests, stops, mutes } = view;
  const none = reviews.length + requests.length + stops.length + mutes.length === 0;
  return (
    <Panel
      title={t("live.todo.title")}
      note={todoCount(view) > 0 ? String(todoCount(view)) : ""}
      className={className}
    >
      {canAct && <NoteForm />}
      <div className={css.scroll}>
        {none && <p className={css.none}>{t("live.todo.none")}</p>}
        {reviews.length > 0 && (
          <Group title={t("live.reviews.title", { n: reviews.length })}>
            {reviews.map((one) => (
              <Review key={`${one.channel}/${one.orderId}`} review={one} />
            ))}
          </Group>
        )}
        {stops.length > 0 && (
          <Group title={t("live.todo.stops")}>
            {stops.map((one) => (
              <Stop key={one.sku} stop={one} onSku={onSku} />
            ))}
          </Group>
        )}
        {requests.length > 0 && (
          <Group title={t("live.requests.title")}>
            {requests.toReversed().map((one) => (
              <Request key={one.id} request={one} />
            ))}
          </Group>
        )}
        {mutes.length > 0 && (
          <Group title={t("live.mutes.title")}>
            {mutes.map((one) => (
              <Mute key={`${one.rule}/${one.subject}`} mute={one} />
            ))}
          </Group>
        )}
      </div>
    </Panel>
  );
}

/** A line for the timeline, to be found again in the replay. */
function NoteForm() {
  const { t } = useTranslation();
  const { view, run } = useDesk();
  const [text, setText] = useState("");
  const save = async () => {
    const words = text.trim();
    if (words !== "" && (await run(() => live.note(view.session, words), t("live.todo.noted")))) setText("");
  };
  return (
    <form
      className={css.note}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Input
        size="small"
        value={text}
        maxLength={200}
        placeholder={t("live.todo.noteHint")}
        aria-label={t("live.todo.noteHint")}
        onChange={(event) => setText(event.target.value)}
      />
      <Button size="small" htmlType="submit" disabled={text.trim() === ""}>
        {t("live.todo.note")}
      </Button>
    </form>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={css.group}>
      <h3>{title}</h3>
      <ul>{children}</ul>
    </section>
  );
}

/** One order with the goods in hand: how many are really there, and the word that frees or refuses it. */
function Review({ review }: { review: SessionView["reviews"][number] }) {
  const { t } = useTranslation();
  const { view, now, run, canAct } = useDesk();
  const words = useLiveWords();
  const [inHand, setInHand] = useState<Readonly<Record<string, number>>>(() =>
    Object.fromEntries(review.lines.map((line) => [line.lineId, line.units])),
  );
  const [reason, setReason] = useState("");
  const names = new Map(view.skus.map((sku) => [sku.sku, sku.name]));
  const channel = view.channels.find((one) => one.channel === review.channel)?.name ?? review.channel;
  const decide = (decision: "confirmed" | "refused") => {
    const { channel: id, orderId } = review;
    const why = reason.trim() === "" ? {} : { reason: reason.trim() };
    void run(
      () => live.review(view.session, { channel: id, orderId, decision, inHand: { ...inHand }, ...why }),
      t(`live.reviews.${decision}`),
    );
  };
  return (
    <li className={css.item}>
      <p>
        <b>{channel}</b> {shortId(review.orderId)} · {words.ago(now - Date.parse(review.takenAt))}
      </p>
      {review.lines.map((line) => (
        <div key={line.lineId} className={css.line}>
          <span>
            {names.get(line.sku) ?? line.sku} × {line.units}
          </span>
          <InputNumber
            size="small"
            min={0}
            max={line.units}
            precision={0}
            value={inHand[line.lineId]}
            aria-label={t("live.reviews.inHand")}
            prefix={t("live.reviews.inHand")}
            onChange={(value) => setInHand((before) => ({ ...before, [line.lineId]: value ?? 0 }))}
          />
        </div>
      ))}
      {canAct && (
        <div className={css.buttons}>
          <Button size="small" type="primary" onClick={() => decide("confirmed")}>
            {t("live.reviews.confirm")}
          </Button>
          <Popconfirm
            title={t("live.reviews.refuseSure")}
            description={
              <Input
                value={reason}
                maxLength={200}
                placeholder={t("live.reviews.reason")}
                aria-label={t("live.reviews.reason")}
                onChange={(event) => setReason(event.target.value)}
              />
            }
            okText={t("live.reviews.refuse")}
            cancelText={t("common.cancel")}
            onConfirm={() => decide("refused")}
          >
            <Button size="small">{t("live.reviews.refuse")}</Button>
          </Popconfirm>
        </div>
      )}
    </li>
  );
}

function Stop({ stop, onSku }: { stop: SessionView["stops"][number]; onSku: (sku: string) => void }) {
  const { t } = useTranslation();
  const { view } = useDesk();
  const name = view.skus.find((sku) => sku.sku === stop.sku)?.name ?? stop.sku;
  const done = stop.channels.filter((one) => one.confirmedAt !== null).length;
  return (
    <li className={css.item}>
      <div className={css.line}>
        <span>
          <b>{name}</b> · {t("live.todo.confirmed", { done, all: stop.channels.length })}
        </span>
        <Button size="small" onClick={() => onSku(stop.sku)}>
          {t("live.todo.open")}
        </Button>
      </div>
    </li>
  );
}

function Request({ request }: { request: SessionView["requests"][number] }) {
  const { t } = useTranslation();
  const { view, now, act, canAct } = useDesk();
  const words = useLiveWords();
  const { answer } = request;
  const name = view.skus.find((sku) => sku.sku === request.sku)?.name ?? request.sku ?? "";
  return (
    <li className={css.item}>
      <p>
        <b>{request.supplier}</b> · {name}
        {request.asked !== null &&
          ` · ${t("live.requests.asked", { n: words.format.number(request.asked) })}`}
      </p>
      <div className={css.line}>
        {answer === null ? (
          <span className="say-tier1">
            {t("live.requests.waiting")} · {words.ago(now - Date.parse(request.askedAt))}
          </span>
        ) : (
          <span className="say-ok">
            {t("live.requests.answered", { n: words.format.number(answer.units) })}
            {answer.arrivesAt !== null && ` · ${words.format.moment(answer.arrivesAt)}`}
            {answer.note !== "" && ` · ${answer.note}`}
          </span>
        )}
        {canAct && (
          <Popconfirm
            title={t("live.requests.closeSure")}
            okText={t("live.requests.arrived")}
            cancelText={t("live.requests.wontCome")}
            onConfirm={() =>
              void act({ action: "close_request", request: request.id, received: answer?.units ?? 0 })
            }
            onCancel={() => void act({ action: "close_request", request: request.id, received: 0 })}
          >
            <Button size="small">{t("live.requests.close")}</Button>
          </Popconfirm>
        )}
      </div>
    </li>
  );
}

function Mute({ mute }: { mute: SessionView["mutes"][number] }) {
  const { t } = useTranslation();
  const { view, run, canAct } = useDesk();
  const { format } = useLiveWords();
  const { actor } = useWords();
  const subject =
    view.skus.find((sku) => sku.sku === mute.subject)?.name ?? mute.subject ?? t("live.mutes.all");
  return (
    <li className={css.item}>
      <div className={css.line}>
        <span>
          <b>{t(`live.rule.${mute.rule}`)}</b> · {subject === "" ? t("live.mutes.all") : subject}
          <small>
            {t("live.mutes.until", { time: format.minute(mute.until), who: actor(mute.by) })}
            {mute.reason !== "" && ` · ${mute.reason}`}
          </small>
        </span>
        {canAct && (
          <Button
            size="small"
            onClick={() =>
              void run(() => live.unmute(view.session, { rule: mute.rule, subject: mute.subject }))
            }
          >
            {t("live.mutes.end")}
          </Button>
        )}
      </div>
    </li>
  );
}
