import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Dropdown } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { ReviewItem } from "../../../api/after-live.ts";
import { keys } from "../../feed/apply.ts";
import { useChannelNames } from "../../ui/channel-names.ts";
import { useFormat } from "../../ui/format.ts";
import { NumberField } from "../../ui/number-field.tsx";
import { useSay } from "../../ui/say.ts";
import { ErrorNote, Note } from "../../ui/state.tsx";
import { Tag, type Tone } from "../../ui/tag.tsx";
import { reviewKeys, reviews, type DeskAction, type Line } from "./client.ts";
import css from "./after-live.module.css";

type LineStep = "pending" | "refunds" | "presale" | "shortage";

interface StepLinesProps {
  readonly item: ReviewItem;
  readonly step: LineStep;
  readonly lines: readonly Line[];
  readonly total: number;
  readonly may: boolean;
}

/** Order lines that somebody has to look at: when they are due, and what can be done. */
export function StepLines({ step, lines, total, may }: StepLinesProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const desk = useDesk();
  if (lines.length === 0) return <Note tone="good">{t(`review.none.${step}`)}</Note>;
  return (
    <div className={css.content}>
      <p className="muted">{t(`review.text.${step}`)}</p>
      <ErrorNote error={desk.error} />
      <ul className={css.lines}>
        {lines.map((line) => (
          <LineRow
            key={`${line.channel}/${line.orderId}/${line.lineId}/${line.sku}`}
            line={line}
            step={step}
            onDesk={may ? (action, compensation) => desk.mutate({ line, action, compensation }) : undefined}
            busy={desk.isPending && desk.variables.line === line}
          />
        ))}
      </ul>
      {lines.length < total && (
        <p className="muted">{t("review.linesMore", { n: format.number(total - lines.length) })}</p>
      )}
    </div>
  );
}

interface Agreed {
  readonly line: Line;
  readonly action: DeskAction;
  /** Minor units. */
  readonly compensation: number;
}

function useDesk() {
  const format = useFormat();
  const client = useQueryClient();
  const { t } = useTranslation();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: ({ line, action, compensation }: Agreed) => {
      const { channel, orderId, lineId, sku } = line;
      return reviews.desk({ channel, orderId, lineId, sku, action, compensation });
    },
    onSuccess: ({ swapFor, compensation }, { action }) => {
      if (compensation > 0)
        void message.success(t("review.compensated", { amount: format.money(compensation) }));
      for (const queryKey of [reviewKeys.all, keys.stock, keys.orders])
        void client.invalidateQueries({ queryKey });
      void message.success(
        swapFor === null ? t(`review.booked.${action}`) : t("review.booked.swapFor", { sku: swapFor }),
      );
    },
  });
}

interface LineRowProps {
  readonly line: Line;
  readonly step: LineStep;
  readonly onDesk: ((action: DeskAction, compensation: number) => void) | undefined;
  readonly busy: boolean;
}

function LineRow({ line, step, onDesk, busy }: LineRowProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const nameOf = useChannelNames();
  const order = `/orders/${encodeURIComponent(line.channel)}/${encodeURIComponent(line.orderId)}`;
  return (
    <li>
      <div className={css.lineNames}>
        <Link to={order}>{line.name === "" ? line.sku : line.name}</Link>
        <small>
          {nameOf(line.channel)} {line.orderId} · {format.moment(line.placedAt)}
        </small>
      </div>
      <b className={css.units}>{t("live.units", { n: format.number(line.units) })}</b>
      <div className={css.due}>
        <Due line={line} step={step} />
      </div>
      {step === "shortage" && <Desk line={line} onDesk={onDesk} busy={busy} />}
    </li>
  );
}

/** When it is due, in the colour of how much that presses. */
function Due({ line, step }: { line: Line; step: LineStep }) {
  const { t } = useTranslation();
  const format = useFormat();
  const tag = (tone: Tone, text: string) => <Tag tone={tone}>{text}</Tag>;
  switch (step) {
    case "pending":
      return tag("plain", t("review.waiting", { n: Math.round(line.waitingHours ?? 0) }));
    case "refunds":
      if (line.overdue) return tag("tier3", t("review.overdue"));
      if (line.today) return tag("tier2", t("review.dueToday"));
      return tag("plain", line.dueAt === undefined ? "—" : t("review.dueAt", { at: format.day(line.dueAt) }));
    case "presale":
      if (line.promisedAt == null) return tag("tier1", t("review.notPromised"));
      return tag(line.late ? "tier3" : "plain", t("review.promised", { at: format.day(line.promisedAt) }));
    case "shortage": {
      const hours = line.hoursLeft ?? 0;
      if (hours < 0) return tag("tier3", t("review.deadlineOver"));
      return tag(hours < 24 ? "tier2" : "plain", t("review.deadline", { n: Math.floor(hours) }));
    }
  }
}

const otherActions = ["wait", "swap", "presale", "refund"] as const satisfies readonly DeskAction[];
function isAction(text: string | undefined): text is DeskAction {
  return otherActions.some((one) => one === text);
}

/** What is proposed first, the rest behind it. */
function Desk({ line, onDesk, busy }: Omit<LineRowProps, "step">) {
  const { t } = useTranslation();
  const say = useSay();
  const format = useFormat();
  const [given, setGiven] = useState<number | null>(null);
  const words = line.suggestedWords === undefined ? "" : say(line.suggestedWords);
  const swap = line.swapFor == null ? "" : ` → ${line.swapFor}`;
  if (onDesk === undefined) {
    return (
      <span className="muted">
        {words}
        {swap}
      </span>
    );
  }
  const { suggested } = line;
  const others = otherActions.filter(
    (action) => action !== suggested && (action !== "swap" || line.swapFor != null),
  );
  const agree = (action: DeskAction) => onDesk(action, given ?? 0);
  return (
    <div className={css.desk}>
      <label className={css.given}>
        <span>{t("review.compensation")}</span>
        <NumberField
          value={given}
          decimals={Math.round(Math.log10(format.moneyScale))}
          placeholder="0"
          label={t("review.compensationOf", { order: line.orderId })}
          onChange={setGiven}
        />
      </label>
      {isAction(suggested) && (
        <Button type="primary" size="small" loading={busy} onClick={() => agree(suggested)}>
          {words}
          {suggested === "swap" && swap}
        </Button>
      )}
      <Dropdown
        trigger={["click"]}
        menu={{
          items: others.map((action) => ({ key: action, label: t(`review.desk.${action}`) })),
          onClick: ({ key }) => {
            if (isAction(key)) agree(key);
          },
        }}
      >
        <Button size="small">{t("review.desk.other")}</Button>
      </Dropdown>
    </div>
  );
}
