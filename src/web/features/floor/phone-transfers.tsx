import { useQuery } from "@tanstack/react-query";
import { useState, type ComponentType, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import type { TransferItem, TransferReceiveBody } from "../../../api/floor.ts";
import { api } from "../../api.ts";
import { keys } from "../../feed/apply.ts";
import { useFormat } from "../../ui/format.ts";
import { Empty, Failure, Note, Skeleton } from "../../ui/state.tsx";
import { Tag } from "../../ui/tag.tsx";
import { floorApi, floorKeys } from "./client.ts";
import css from "./phone-transfers.module.css";
import { Refusal } from "./refusal.tsx";
import { nameIn, statusTone } from "./transfers-tab.tsx";
import { countedKey, useCounting, type Arrivals, type CountedLine } from "./use-counting.ts";

/** What the phone's page lends: its frame, its scanner, its sounds. */
interface Tools {
  readonly Frame: ComponentType<{ title: string; children: ReactNode }>;
  readonly ScanGoods: ComponentType<{
    placeholder: string;
    warehouse: string;
    onCode: (code: string, units: number) => void;
  }>;
  readonly say: (kind: "good" | "bad", text: string) => void;
  /** The server's answer, or what this phone kept of it while the server cannot be reached. */
  readonly read: <T>(name: string, ask: () => Promise<T>) => Promise<{ value: T; fresh: boolean }>;
  readonly useArrivals: (transfer: string) => Arrivals;
}

/** Transfers that are on their way, and counting one in by scan. */
export function PhoneTransfers(tools: Tools) {
  const { "*": id = "" } = useParams();
  return id === "" ? <List {...tools} /> : <One key={id} id={id} {...tools} />;
}

function useWarehouses() {
  const { data } = useQuery({ queryKey: keys.warehouses, queryFn: api.warehouses, staleTime: 60_000 });
  return data?.items ?? [];
}

function List({ Frame, read }: Tools) {
  const { t } = useTranslation();
  const format = useFormat();
  const warehouses = useWarehouses();
  const { data, error, refetch } = useQuery({
    queryKey: [...floorKeys.transfers, "phone"],
    queryFn: ({ signal }) => read("transfers", () => floorApi.transfers(signal)),
    refetchInterval: 20_000,
    retry: false,
  });
  const open = data?.value.items.filter(({ status }) => status === "on_the_way") ?? [];
  return (
    <Frame title={t("phone.jobs.transfers")}>
      {data === undefined && error === null && <Skeleton lines={4} />}
      {data === undefined && error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {data !== undefined && open.length === 0 && (
        <Empty icon="receive" title={t("floor.transfers.noneOpen")}>
          {t("floor.transfers.noneText")}
        </Empty>
      )}
      <ul className={css.list}>
        {open.map((item) => (
          <li key={item.transfer}>
            <Link to={`/phone/transfers/${encodeURIComponent(item.transfer)}`} className={css.card}>
              <span>
                <b>
                  {t("floor.transfers.way", {
                    from: nameIn(warehouses, item.from),
                    to: nameIn(warehouses, item.to),
                  })}
                </b>
                <small>{[item.transfer, ...(item.note === "" ? [] : [item.note])].join(" · ")}</small>
              </span>
              <b className={css.figure}>{format.number(item.open)}</b>
            </Link>
          </li>
        ))}
      </ul>
    </Frame>
  );
}

function One({ id, Frame, ScanGoods, say, read, useArrivals }: Tools & { id: string }) {
  const { t } = useTranslation();
  const warehouses = useWarehouses();
  const asked = useQuery({
    queryKey: [...floorKeys.transfer(id), "phone"],
    queryFn: ({ signal }) => read(`transfer/${id}`, () => floorApi.transfer(id, signal)),
    retry: false,
  });
  const { error, refetch } = asked;
  const data = asked.data?.value;
  const title =
    data === undefined
      ? t("phone.jobs.transfers")
      : t("floor.transfers.way", { from: nameIn(warehouses, data.from), to: nameIn(warehouses, data.to) });
  return (
    <Frame title={title}>
      {data === undefined && error === null && <Skeleton lines={5} />}
      {data === undefined && error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {data !== undefined && (
        <Counting
          key={data.received}
          item={data}
          fresh={asked.data?.fresh ?? true}
          ScanGoods={ScanGoods}
          say={say}
          useArrivals={useArrivals}
        />
      )}
    </Frame>
  );
}

interface CountingProps extends Pick<Tools, "ScanGoods" | "say" | "useArrivals"> {
  readonly item: TransferItem;
  /** False: it is what this phone kept, the server cannot be reached. */
  readonly fresh: boolean;
}

function Counting({ item, fresh, ScanGoods, say, useArrivals }: CountingProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const arrivals = useArrivals(item.transfer);
  const { countOf, set, onCode, units, receive, submit, restore } = useCounting(item, say, arrivals);
  const [bin, setBin] = useState("");
  if (item.status !== "on_the_way")
    return (
      <>
        <Tag tone={statusTone[item.status]}>{t(`floor.transfers.status.${item.status}`)}</Tag>
        <Link to="/phone/transfers" className={css.button}>
          {t("common.back")}
        </Link>
      </>
    );
  if (!item.mayReceive) return <Note tone="warn">{t("floor.transfers.samePerson")}</Note>;
  if (arrivals.waiting !== null) {
    const sent = arrivals.waiting.lines.reduce((sum, { quantity }) => sum + quantity, 0);
    return (
      <div data-waiting={1}>
        <Note tone="warn">{t("floor.transfers.waiting", { n: format.number(sent) })}</Note>
      </div>
    );
  }
  return (
    <>
      {!fresh && <Note tone="warn">{t("phone.offline.nothing")}</Note>}
      <Refused arrivals={arrivals} show={units === 0} onAgain={restore} />
      <ScanGoods placeholder={t("floor.transfers.scan")} warehouse={item.to} onCode={onCode} />
      <ul className={css.list}>
        {item.lines
          .filter((line) => line.open > 0)
          .map((line) => (
            <LineCard
              key={countedKey(line)}
              line={line}
              now={countOf(line)}
              onSet={(quantity) => set(line, quantity)}
            />
          ))}
      </ul>
      <input
        className={css.bin}
        value={bin}
        maxLength={64}
        onChange={(event) => setBin(event.target.value)}
        placeholder={t("floor.transfers.bin")}
        aria-label={t("floor.transfers.bin")}
      />
      <Refusal error={receive.error} onPick={setBin} onOverride={(reason) => submit(bin, reason)} />
      <button
        type="button"
        className={css.button}
        disabled={units === 0 || receive.isPending}
        onClick={() => submit(bin)}
      >
        {t("floor.transfers.receive", { n: format.number(units) })}
      </button>
    </>
  );
}

interface RefusedProps {
  readonly arrivals: Arrivals;
  /** Not once somebody counts on. */
  readonly show: boolean;
  readonly onAgain: (body: TransferReceiveBody) => void;
}

/** What was counted without a network and the server did not take: its words, and the lines to count on from. */
function Refused({ arrivals: { refused }, show, onAgain }: RefusedProps) {
  const { t, i18n } = useTranslation();
  if (refused === null || !show) return null;
  const words = (i18n.language === "en" ? refused.words?.en : refused.words?.zh) ?? "";
  return (
    <>
      <Note tone="bad">{t("floor.transfers.refusedHere", { words })}</Note>
      <button type="button" className={css.button} onClick={() => onAgain(refused.body)}>
        {t("phone.receive.countOn")}
      </button>
    </>
  );
}

interface LineCardProps {
  readonly line: CountedLine;
  readonly now: number;
  readonly onSet: (quantity: number) => void;
}

/** One line: what it is, and how many of it are counted. */
function LineCard({ line, now, onSet }: LineCardProps) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <li className={css.card} data-line={line.sku}>
      <span>
        <b>{line.name === "" ? line.code : line.name}</b>
        <small>
          {[line.code, ...(line.lot === "" ? [] : [t("counts.lotOf", { lot: line.lot })])].join(" · ")}
        </small>
      </span>
      <span className={css.stepper}>
        <button type="button" aria-label={t("phone.count.less")} onClick={() => onSet(now - 1)}>
          −
        </button>
        <input
          inputMode="numeric"
          value={now}
          aria-label={t("goods.quantityOf", { sku: line.code })}
          onFocus={(event) => event.target.select()}
          onChange={(event) => onSet(Number(event.target.value.replaceAll(/\D/g, "")))}
        />
        <button type="button" aria-label={t("phone.count.more")} onClick={() => onSet(now + 1)}>
          +
        </button>
        <small>/ {format.number(line.open)}</small>
      </span>
    </li>
  );
}
