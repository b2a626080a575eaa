import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, Modal, Select } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import type { SheetLine, SheetLines } from "../../../api/counts.ts";
import { keys } from "../../feed/apply.ts";
import { useCan } from "../../session.ts";
import { StatCard, StatRow } from "../../ui/card.tsx";
import { Chip, ChipRow } from "../../ui/chip.tsx";
import { useFormat } from "../../ui/format.ts";
import { Page } from "../../ui/page.tsx";
import { Empty, ErrorNote, Failure, Note, Skeleton, useProblemText } from "../../ui/state.tsx";
import { countKeys, counts } from "./client.ts";
import css from "./counts.module.css";
import { useExplanations } from "./explanations.tsx";
import { canApprove, inFilter, lineFilters, varianceText, type LineFilter } from "./kinds.ts";
import { LineList } from "./line-list.tsx";

type Reason = SheetLines["reasons"][number]["reason"];

/** One sheet for those who sign it. */
export function SheetPage() {
  const { t } = useTranslation();
  const { sheet: id = "" } = useParams();
  const mayApprove = useCan("catalog:write");
  const { data, error, refetch } = useQuery({
    queryKey: countKeys.lines(id),
    queryFn: ({ signal }) => counts.lines(id, signal),
    enabled: mayApprove,
    refetchInterval: 10_000,
  });
  if (!mayApprove) {
    return (
      <Page title={t("counts.title")}>
        <Empty icon="check" title={t("counts.sheet.onPhone")} actions={<PhoneLink sheet={id} />}>
          {t("counts.sheet.onPhoneText")}
        </Empty>
      </Page>
    );
  }
  if (data === undefined) {
    return (
      <Page title={t("counts.title")}>
        {error === null ? <Skeleton lines={8} /> : <Failure error={error} onRetry={() => void refetch()} />}
      </Page>
    );
  }
  return <Sheet key={id} lines={data} />;
}

function PhoneLink({ sheet }: { sheet: string }) {
  const { t } = useTranslation();
  return (
    <Link to={`/phone/counts/${encodeURIComponent(sheet)}`}>
      <Button>{t("counts.sheet.count")}</Button>
    </Link>
  );
}

function Sheet({ lines: data }: { lines: SheetLines }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { item } = data;
  const [filter, setFilter] = useState<LineFilter>("all");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [reasons, setReasons] = useState<Readonly<Record<string, Reason>>>({});
  const clues = useExplanations(data);
  const shown = useMemo(() => data.lines.filter((line) => inFilter(line, filter)), [data.lines, filter]);
  const picked = data.lines.filter((line) => chosen.has(line.line) && line.status !== "approved");
  const open = item.status === "open";
  const kind = t(`counts.kind.${item.kind}`);
  return (
    <Page
      title={item.purpose === "" ? kind : item.purpose}
      subtitle={[
        kind,
        t(item.blind ? "counts.blind" : "counts.open"),
        t("counts.whileSelling"),
        format.moment(item.openedAt),
      ].join(" · ")}
      actions={
        open ? <Ends data={data} /> : <span className="muted">{t(`counts.sheetStatus.${item.status}`)}</span>
      }
    >
      <Figures data={data} />
      <Notice notice={item.notice} />
      <div className={css.filters}>
        <ChipRow label={t("counts.sheet.filter")}>
          {lineFilters.map((one) => (
            <Chip key={one} on={filter === one} onPick={() => setFilter(one)}>
              {t(`counts.filter.${one}`)}{" "}
              {format.number(data.lines.filter((line) => inFilter(line, one)).length)}
            </Chip>
          ))}
        </ChipRow>
      </div>
      {shown.length === 0 ? (
        <Empty icon="check" title={t("counts.sheet.noLines")}>
          {t("counts.sheet.noLinesText")}
        </Empty>
      ) : (
        <LineList
          lines={shown}
          reasons={data.reasons}
          reasonOf={(line) => reasons[line.line] ?? line.reason ?? undefined}
          onReason={(line, reason) => setReasons({ ...reasons, [line]: reason })}
          chosen={chosen}
          onChoose={open ? (line) => setChosen(toggled(chosen, line)) : undefined}
          sheet={item.sheet}
          clues={clues}
          onChooseAll={() => setChosen(new Set(shown.filter(canApprove).map(({ line }) => line)))}
        />
      )}
      {data.more && <Note>{t("counts.sheet.more", { n: format.number(data.lines.length) })}</Note>}
      {open && (
        <SignBar
          data={data}
          picked={picked}
          reasons={reasons}
          onReasonForAll={(reason) =>
            setReasons({ ...reasons, ...Object.fromEntries(picked.map(({ line }) => [line, reason])) })
          }
          onDone={() => setChosen(new Set())}
        />
      )}
    </Page>
  );
}

/** What is different about a sheet of a warehouse whose picks are not scanned. */
function Notice({ notice }: { notice: SheetLines["item"]["notice"] }) {
  const { i18n } = useTranslation();
  if (notice === null) return null;
  return <Note tone="warn">{i18n.language === "en" ? notice.en : notice.zh}</Note>;
}

function toggled(chosen: ReadonlySet<string>, line: string): ReadonlySet<string> {
  const next = new Set(chosen);
  if (!next.delete(line)) next.add(line);
  return next;
}

function Figures({ data }: { data: SheetLines }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { progress } = data;
  const waiting = data.lines.filter(canApprove).length;
  return (
    <StatRow label={t("counts.sheet.figures")}>
      <StatCard name={t("counts.sheet.bins")}>
        {format.number(progress.binsClosed)} / {format.number(progress.bins)}
      </StatCard>
      <StatCard name={t("counts.sheet.lines")}>{format.number(progress.lines)}</StatCard>
      <StatCard name={t("counts.filter.sign")} tone={waiting > 0 ? "tier2" : "quiet"}>
        {format.number(waiting)}
      </StatCard>
      <StatCard name={t("counts.sheet.gain")} tone={progress.gain > 0 ? "ok" : "quiet"}>
        {varianceText({ low: progress.gain, high: progress.gain }, format.number)}
      </StatCard>
      <StatCard name={t("counts.sheet.loss")} tone={progress.loss > 0 ? "tier3" : "quiet"}>
        {varianceText({ low: -progress.loss, high: -progress.loss }, format.number)}
      </StatCard>
      <StatCard name={t("counts.sheet.value")}>{format.money(progress.valueMinor)}</StatCard>
    </StatRow>
  );
}

interface SignBarProps {
  readonly data: SheetLines;
  readonly picked: readonly SheetLine[];
  readonly reasons: Readonly<Record<string, Reason>>;
  readonly onReasonForAll: (reason: Reason) => void;
  readonly onDone: () => void;
}

/** The two things that are done with chosen lines. */
function useSigning({ data, picked, reasons, onDone }: Omit<SignBarProps, "onReasonForAll">) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const format = useFormat();
  const client = useQueryClient();
  const textOf = useProblemText();
  const id = data.item.sheet;
  const ready = picked.filter(canApprove);
  const refresh = () => {
    onDone();
    void client.invalidateQueries({ queryKey: countKeys.all });
    void client.invalidateQueries({ queryKey: keys.stock });
  };
  const approve = useMutation({
    mutationFn: () =>
      counts.approve(id, {
        lines: ready.map(({ line, settled, reason }) => ({
          line,
          variance: settled?.variance ?? 0,
          reason: reasons[line] ?? reason,
        })),
      }),
    onSuccess: ({ gain, loss, waiting }) => {
      message.success(t("counts.sheet.approved", { gain: format.number(gain), loss: format.number(loss) }));
      if (waiting > 0) message.warning(t("counts.sheet.waiting", { n: waiting }));
      refresh();
    },
    onError: () => client.invalidateQueries({ queryKey: countKeys.lines(id) }),
  });
  const recount = useMutation({
    mutationFn: () => counts.recount(id, { lines: picked.map(({ line }) => line) }),
    onSuccess: () => {
      message.success(t("counts.sheet.recounted"));
      refresh();
    },
    onError: (error) => message.error(textOf(error)),
  });
  return { ready, approve, recount };
}

/** What is chosen, what it is worth, and the two things to do with it. */
function SignBar({ onReasonForAll, ...chosen }: SignBarProps) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const { ready, approve, recount } = useSigning(chosen);
  const { data, picked } = chosen;
  const value = ready.reduce((sum, line) => sum + Math.abs(line.settled?.valueMinor ?? 0), 0);
  const tooMuch = data.valueMinorMax !== null && value > data.valueMinorMax;
  if (picked.length === 0) return null;
  return (
    <div className={css.signBar}>
      <div className={css.signText}>
        <b>{t("counts.sheet.picked", { count: picked.length, n: format.number(picked.length) })}</b>
        <span className="muted">{t("counts.sheet.worth", { value: format.money(value) })}</span>
        {tooMuch && (
          <span className="tier3">
            {t("counts.sheet.tooMuch", { max: format.money(data.valueMinorMax ?? 0) })}
          </span>
        )}
      </div>
      <Select<Reason>
        placeholder={t("counts.sheet.reasonForAll")}
        aria-label={t("counts.sheet.reasonForAll")}
        className={css.reason}
        onChange={onReasonForAll}
        options={data.reasons.map(({ reason, words }) => ({
          value: reason,
          label: i18n.language === "en" ? words.en : words.zh,
        }))}
      />
      <Button loading={recount.isPending} onClick={() => recount.mutate()}>
        {t("counts.sheet.recount")}
      </Button>
      <Button
        type="primary"
        loading={approve.isPending}
        disabled={ready.length === 0 || tooMuch}
        onClick={() => approve.mutate()}
      >
        {t("counts.sheet.approve", { count: ready.length, n: format.number(ready.length) })}
      </Button>
      <div className={css.signError}>
        <ErrorNote error={approve.error} />
      </div>
    </div>
  );
}

/** How a sheet ends: finished, or given up with a reason. */
function Ends({ data }: { data: SheetLines }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const textOf = useProblemText();
  const id = data.item.sheet;
  const [reason, setReason] = useState<string | null>(null);
  const refresh = () => {
    setReason(null);
    void client.invalidateQueries({ queryKey: countKeys.all });
  };
  const close = useMutation({
    mutationFn: () => counts.close(id),
    onSuccess: refresh,
    onError: (error) => message.error(textOf(error)),
  });
  const cancel = useMutation({ mutationFn: (why: string) => counts.cancel(id, why), onSuccess: refresh });
  return (
    <>
      <PhoneLink sheet={id} />
      <Button onClick={() => setReason("")}>{t("counts.sheet.cancel")}</Button>
      <Button type="primary" ghost loading={close.isPending} onClick={() => close.mutate()}>
        {t("counts.sheet.close")}
      </Button>
      <Modal
        open={reason !== null}
        title={t("counts.sheet.cancel")}
        okText={t("counts.sheet.cancel")}
        okButtonProps={{ danger: true, disabled: (reason ?? "").trim() === "" }}
        cancelText={t("common.back")}
        confirmLoading={cancel.isPending}
        onOk={() => cancel.mutate((reason ?? "").trim())}
        onCancel={() => setReason(null)}
      >
        <p style={{ marginBottom: 10 }}>{t("counts.sheet.cancelText")}</p>
        <Input
          value={reason ?? ""}
          maxLength={200}
          aria-label={t("adjust.reason")}
          placeholder={t("adjust.reason")}
          onChange={(event) => setReason(event.target.value)}
        />
        <ErrorNote error={cancel.error} />
      </Modal>
    </>
  );
}
