import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import type { SupplierBody } from "../../../api/session-actions.ts";
import type { SupplierView } from "../../../api/session-view.ts";
import { ApiError, apiBase, request } from "../../api.ts";
import { useTitle } from "../../ui/hooks.ts";
import { Logo } from "../../ui/logo.tsx";
import { NumberField } from "../../ui/number-field.tsx";
import { ErrorNote, Failure, Note, Skeleton } from "../../ui/state.tsx";
import { arrivalOf, arrivalText, arrivals, type Arrival } from "./arrival.ts";
import css from "./supplier.module.css";

const pathOf = (token: string) => `${apiBase}/supplier/${encodeURIComponent(token)}`;

/** What a supplier sees on the link that the shop sent: one question, two answers, no log-in. */
export function SupplierPage() {
  const { t } = useTranslation();
  const { token = "" } = useParams();
  const { data, error, refetch } = useQuery({
    queryKey: ["supplier", token],
    queryFn: ({ signal }) => request<SupplierView>(pathOf(token), { signal }),
    retry: false,
  });
  useTitle(data?.product ?? "");
  const unknown = error instanceof ApiError && error.status === 404;
  return (
    <main id="main" className={css.page}>
      <header className={css.head}>
        <Logo />
      </header>
      {data !== undefined && <Request view={data} token={token} />}
      {data === undefined && error === null && <Skeleton lines={6} />}
      {data === undefined && error !== null && unknown && <Note tone="bad">{t("supplier.unknown")}</Note>}
      {data === undefined && error !== null && !unknown && (
        <Failure error={error} onRetry={() => void refetch()} />
      )}
    </main>
  );
}

function Request({ view, token }: { view: SupplierView; token: string }) {
  const { t } = useTranslation();
  const { format } = useTimes();
  const [change, setChange] = useState(false);
  const answering = !view.expired && (view.answer === null || change);
  return (
    <>
      <section className={css.card}>
        <p className="muted">{t("supplier.from", { shop: view.shop, supplier: view.supplier })}</p>
        <h1 className={css.product}>{view.product}</h1>
        <p className="muted">{view.code}</p>
        <p className={css.asked}>
          {view.asked === null ? (
            t("supplier.howMany")
          ) : (
            <>
              {t("supplier.wanted")} <b>{view.asked.toLocaleString()}</b> {t("supplier.unit")}
            </>
          )}
        </p>
        <p className="muted">
          {t("supplier.askedAt", { asked: format(view.askedAt), until: format(view.expiresAt) })}
        </p>
      </section>
      {view.answer !== null && !change && (
        <section className={css.card} aria-live="polite">
          <Note tone="good">{t("supplier.thanks")}</Note>
          <Given answer={view.answer} />
          {!view.expired && (
            <Button block size="large" onClick={() => setChange(true)}>
              {t("supplier.change")}
            </Button>
          )}
        </section>
      )}
      {view.expired && view.answer === null && <Note tone="warn">{t("supplier.expired")}</Note>}
      {answering && <Answer view={view} token={token} onDone={() => setChange(false)} />}
    </>
  );
}

/** The supplier's own zone: the server's times as this device tells them. */
function useTimes() {
  const { i18n } = useTranslation();
  const formatter = new Intl.DateTimeFormat(i18n.language, {
    month: "numeric",
    day: "numeric",
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  return { format: (time: string) => formatter.format(new Date(time)) };
}

function Given({ answer }: { answer: NonNullable<SupplierView["answer"]> }) {
  const { t } = useTranslation();
  const { format } = useTimes();
  return (
    <dl className={css.given}>
      <div>
        <dt>{t("supplier.units")}</dt>
        <dd>{answer.units.toLocaleString()}</dd>
      </div>
      <div>
        <dt>{t("supplier.arrivesAt")}</dt>
        <dd>{answer.arrivesAt === null ? t("supplier.unknownTime") : format(answer.arrivesAt)}</dd>
      </div>
      {answer.note !== "" && (
        <div>
          <dt>{t("supplier.note")}</dt>
          <dd>{answer.note}</dd>
        </div>
      )}
    </dl>
  );
}

interface AnswerProps {
  readonly view: SupplierView;
  readonly token: string;
  readonly onDone: () => void;
}

const noteCharsMax = 500;
const unitsMax = 1_000_000;

function Answer({ view, token, onDone }: AnswerProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [units, setUnits] = useState<number | null>(view.answer?.units ?? view.asked);
  const [arrival, setArrival] = useState<Arrival>(
    view.answer === null || view.answer.arrivesAt === null
      ? { kind: "unknown" }
      : { kind: "at", local: arrivalText(view.answer.arrivesAt) },
  );
  const [note, setNote] = useState(view.answer?.note ?? "");
  const send = useMutation({
    mutationFn: (body: SupplierBody) => request<SupplierView | null>(pathOf(token), { method: "POST", body }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["supplier", token] });
      onDone();
    },
  });
  return (
    <form
      className={css.card}
      onSubmit={(event) => {
        event.preventDefault();
        if (units !== null)
          send.mutate({ units, arrivesAt: arrivalOf(arrival, Date.now()), note: note.trim() });
      }}
    >
      <div className={css.label}>{t("supplier.units")}</div>
      <div className={css.units}>
        <NumberField
          value={units}
          most={unitsMax}
          required
          label={t("supplier.units")}
          suffix={t("supplier.unit")}
          onChange={setUnits}
        />
        <Button size="large" onClick={() => setUnits(0)}>
          {t("supplier.none")}
        </Button>
      </div>
      {units !== 0 && <ArrivalPicker arrival={arrival} onChange={setArrival} />}
      <label className={css.label} htmlFor="supplier-note">
        {t("supplier.note")}
      </label>
      <Input.TextArea
        id="supplier-note"
        value={note}
        maxLength={noteCharsMax}
        autoSize={{ minRows: 2, maxRows: 5 }}
        placeholder={t("supplier.noteHint")}
        onChange={(event) => setNote(event.target.value)}
      />
      <ErrorNote error={send.error} />
      <Button
        block
        size="large"
        type="primary"
        htmlType="submit"
        loading={send.isPending}
        disabled={units === null}
      >
        {t("supplier.send")}
      </Button>
    </form>
  );
}

interface ArrivalPickerProps {
  readonly arrival: Arrival;
  readonly onChange: (arrival: Arrival) => void;
}

function ArrivalPicker({ arrival, onChange }: ArrivalPickerProps) {
  const { t } = useTranslation();
  return (
    <fieldset className={css.arrival}>
      <legend className={css.label}>{t("supplier.arrivesAt")}</legend>
      <div className={css.choices}>
        {arrivals.map((kind) => (
          <button
            key={kind}
            type="button"
            className={css.choice}
            aria-pressed={arrival.kind === kind}
            onClick={() =>
              onChange(kind === "at" ? { kind, local: arrivalText(new Date().toISOString()) } : { kind })
            }
          >
            {t(`supplier.arrival.${kind}`)}
          </button>
        ))}
      </div>
      {arrival.kind === "at" && (
        <Input
          type="datetime-local"
          size="large"
          value={arrival.local}
          aria-label={t("supplier.arrivesAt")}
          onChange={(event) => onChange({ kind: "at", local: event.target.value })}
        />
      )}
    </fieldset>
  );
}
