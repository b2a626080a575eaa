import { useQuery } from "@tanstack/react-query";
import { useState, type ComponentType, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, Route, Routes, useNavigate, useParams } from "react-router";
import type { ReturnItem, ReturnsFound } from "../../../api/returns.ts";
import { useFormat } from "../../ui/format.ts";
import { useTitle } from "../../ui/hooks.ts";
import { Empty, Failure, Skeleton, useProblemText } from "../../ui/state.tsx";
import { Tag } from "../../ui/tag.tsx";
import { Arrive } from "./arrive.tsx";
import { returnKeys, returns } from "./client.ts";
import { Parcel } from "./parcel.tsx";
import css from "./returns.module.css";

/** What the phone's page lends to those who work on it: its frame, its voice, its scanner. */
export interface PhoneTools {
  readonly Frame: ComponentType<{ title: string; children: ReactNode }>;
  readonly Scan: ComponentType<{ placeholder: string; onCode: (code: string) => void }>;
  readonly say: (kind: "good" | "bad", text: string) => void;
}

/** Returns by phone: scan a waybill or an order, look at each piece, take the next parcel. */
export function PhoneReturns(tools: PhoneTools) {
  return (
    <Routes>
      <Route path="/" element={<Scanning {...tools} />} />
      <Route path="/:parcel" element={<Inspecting {...tools} />} />
    </Routes>
  );
}

function Scanning({ Frame, Scan, say }: PhoneTools) {
  const { t } = useTranslation();
  useTitle(t("returns.title"));
  const navigate = useNavigate();
  const textOf = useProblemText();
  const [found, setFound] = useState<{ code: string; orders: ReturnsFound["orders"] } | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: returnKeys.list("waiting"),
    queryFn: ({ signal }) => returns.list("waiting", signal),
    refetchInterval: 20_000,
  });
  const open = ({ parcel }: ReturnItem) => void navigate(`/phone/returns/${encodeURIComponent(parcel)}`);
  const onCode = async (code: string) => {
    try {
      const { parcels, orders } = await returns.find(code);
      const here =
        parcels.find((one) => one.state === "waiting") ?? parcels.find((one) => one.waybill === code);
      if (here !== undefined) return open(here);
      setFound({ code, orders });
      say(orders.length > 0 ? "good" : "bad", orders[0]?.orderId ?? t("returns.arrive.unknown", { code }));
    } catch (problem) {
      say("bad", textOf(problem));
    }
  };
  return (
    <Frame title={t("returns.title")}>
      <Scan placeholder={t("returns.scan")} onCode={(code) => void onCode(code)} />
      {found !== null && (
        <Arrive
          key={found.code}
          {...found}
          onCancel={() => setFound(null)}
          onReceived={(item) => {
            say("good", t("returns.arrive.done"));
            open(item);
          }}
        />
      )}
      {found === null && (
        <>
          <button type="button" className={css.unlabelled} onClick={() => setFound({ code: "", orders: [] })}>
            {t("returns.unlabelled")}
          </button>
          {data === undefined && error === null && <Skeleton lines={5} />}
          {data === undefined && error !== null && <Failure error={error} onRetry={() => void refetch()} />}
          {data?.items.length === 0 && (
            <Empty icon="giveBack" title={t("returns.none.waiting")}>
              {t("returns.noneText")}
            </Empty>
          )}
          <ul className={css.cards}>
            {data?.items.map((item) => (
              <Waiting key={item.parcel} item={item} />
            ))}
          </ul>
        </>
      )}
    </Frame>
  );
}

function Waiting({ item }: { item: ReturnItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const open = item.lines.reduce((sum, line) => sum + line.open, 0);
  return (
    <li>
      <Link to={`/phone/returns/${encodeURIComponent(item.parcel)}`} className={css.card}>
        <span>
          <b>{item.waybill || item.order?.orderId || t("returns.noWaybill")}</b>
          <small>
            {[...item.lines.map(({ name, sku }) => name || sku), format.moment(item.arrivedAt)].join(" · ")}
          </small>
        </span>
        <span className={css.cardFigure}>
          <b>{open}</b>
          {item.order === null && <Tag tone="tier1">{t("returns.unknownOrder")}</Tag>}
        </span>
      </Link>
    </li>
  );
}

function Inspecting({ Frame, say }: PhoneTools) {
  const { t } = useTranslation();
  const { parcel = "" } = useParams();
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery({
    queryKey: returnKeys.one(parcel),
    queryFn: ({ signal }) => returns.one(parcel, signal),
  });
  useTitle(t("returns.title"));
  return (
    <Frame title={data?.waybill || data?.order?.orderId || t("returns.parcel")}>
      {data === undefined && error === null && <Skeleton lines={6} />}
      {data === undefined && error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {data !== undefined && (
        <Parcel
          item={data}
          onDone={(item) => {
            say("good", t(item.state === "done" ? "returns.parcelDone" : "returns.booked"));
            if (item.state === "done") void navigate("/phone/returns");
          }}
        />
      )}
      <Link to="/phone/returns" className={css.next}>
        {t("returns.next")}
      </Link>
    </Frame>
  );
}
