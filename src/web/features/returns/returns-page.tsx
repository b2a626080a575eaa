import { useMutation, useQuery } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";
import type { ReturnItem, ReturnsFound } from "../../../api/returns.ts";
import { useCan } from "../../session.ts";
import { Card } from "../../ui/card.tsx";
import { Chip, ChipRow } from "../../ui/chip.tsx";
import { useFormat } from "../../ui/format.ts";
import { Page } from "../../ui/page.tsx";
import { Rows } from "../../ui/rows.tsx";
import { SidePanel } from "../../ui/side-panel.tsx";
import { Empty, ErrorNote, Failure, Skeleton } from "../../ui/state.tsx";
import { Tag } from "../../ui/tag.tsx";
import { Arrive } from "./arrive.tsx";
import { returnKeys, returns, type ReturnState } from "./client.ts";
import { Parcel } from "./parcel.tsx";
import css from "./returns.module.css";

const states = ["waiting", "done"] as const satisfies readonly ReturnState[];

/** Parcels that customers sent back: scan one, look into it, take the next. */
export function ReturnsPage() {
  const { t } = useTranslation();
  const { parcel } = useParams();
  const navigate = useNavigate();
  const mayWrite = useCan("stock:write");
  const [state, setState] = useState<ReturnState>("waiting");
  const { data, error, refetch } = useQuery({
    queryKey: returnKeys.list(state),
    queryFn: ({ signal }) => returns.list(state, signal),
    refetchInterval: 20_000,
  });
  const open = (one: string) => void navigate(`/returns/${encodeURIComponent(one)}`);
  return (
    <Page
      title={t("returns.title")}
      subtitle={t("returns.subtitle")}
      actions={
        <Link to="/phone/returns">
          <Button>{t("returns.phone")}</Button>
        </Link>
      }
      aside={parcel === undefined ? undefined : <Aside key={parcel} parcel={parcel} />}
    >
      {mayWrite && <Scan onOpen={open} />}
      <div className={css.chips}>
        <ChipRow label={t("returns.title")}>
          {states.map((one) => (
            <Chip key={one} on={one === state} onPick={() => setState(one)}>
              {t(`returns.state.${one}`)}
              {one === "waiting" && data !== undefined && data.waiting > 0 && ` ${data.waiting}`}
            </Chip>
          ))}
        </ChipRow>
      </div>
      {data === undefined && error === null && <Skeleton lines={6} />}
      {data === undefined && error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {data?.items.length === 0 && (
        <Empty icon="giveBack" title={t(`returns.none.${state}`)}>
          {state === "waiting" && t("returns.noneText")}
        </Empty>
      )}
      {data !== undefined && data.items.length > 0 && <List items={data.items} />}
    </Page>
  );
}

function List({ items }: { items: readonly ReturnItem[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Card>
      <Rows
        items={items.map((item) => {
          const units = item.lines.reduce((sum, line) => sum + line.units, 0);
          const open = item.lines.reduce((sum, line) => sum + line.open, 0);
          const bad = item.lines.reduce((sum, line) => sum + line.bad, 0);
          const goods = item.lines.map(({ name, sku }) => (name === "" ? sku : name));
          return {
            key: item.parcel,
            to: `/returns/${encodeURIComponent(item.parcel)}`,
            title: item.waybill || item.order?.orderId || t("returns.noWaybill"),
            note: [
              ...(item.order === null ? [] : [item.order.orderId]),
              goods.join(t("common.comma")),
              item.bin,
              format.moment(item.arrivedAt),
            ].join(" · "),
            tag:
              item.order === null ? (
                <Tag tone="tier1">{t("returns.unknownOrder")}</Tag>
              ) : bad > 0 ? (
                <Tag tone="tier3">{t("returns.badOf", { n: bad })}</Tag>
              ) : (
                <Tag tone={open > 0 ? "accent" : "ok"}>
                  {t(`returns.state.${open > 0 ? "waiting" : "done"}`)}
                </Tag>
              ),
            figures: [
              [format.number(units), t("returns.units")],
              [format.number(open), t("returns.open")],
            ],
          };
        })}
      />
    </Card>
  );
}

/** A gun types the code and Enter: a parcel that is here opens, an order or an unknown one is received. */
function Scan({ onOpen }: { onOpen: (parcel: string) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [found, setFound] = useState<{ code: string; orders: ReturnsFound["orders"] } | null>(null);
  const find = useMutation({
    mutationFn: (code: string) => returns.find(code),
    onSuccess: ({ parcels, orders }, code) => {
      const waiting =
        parcels.find((one) => one.state === "waiting") ?? parcels.find((one) => one.waybill === code);
      setText("");
      if (waiting === undefined) setFound({ code, orders });
      else onOpen(waiting.parcel);
    },
  });
  return (
    <Card>
      <form
        className={css.scan}
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() !== "") find.mutate(text.trim());
        }}
      >
        <Input
          size="large"
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- a gun types into what has the focus
          autoFocus
          value={text}
          placeholder={t("returns.scan")}
          aria-label={t("returns.scan")}
          onChange={(event) => setText(event.target.value)}
        />
        <Button size="large" type="primary" htmlType="submit" loading={find.isPending}>
          {t("returns.find")}
        </Button>
        <Button size="large" onClick={() => setFound({ code: "", orders: [] })}>
          {t("returns.unlabelled")}
        </Button>
      </form>
      <ErrorNote error={find.error} />
      {found !== null && (
        <Arrive
          key={found.code}
          {...found}
          onCancel={() => setFound(null)}
          onReceived={({ parcel }) => {
            setFound(null);
            onOpen(parcel);
          }}
        />
      )}
    </Card>
  );
}

function Aside({ parcel }: { parcel: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery({
    queryKey: returnKeys.one(parcel),
    queryFn: ({ signal }) => returns.one(parcel, signal),
  });
  return (
    <SidePanel
      title={data?.waybill || data?.order?.orderId || t("returns.parcel")}
      subtitle={data === undefined ? undefined : t(`returns.state.${data.state}`)}
      label={t("returns.parcel")}
      onClose={() => void navigate("/returns")}
    >
      {data === undefined && error === null && <Skeleton lines={6} />}
      {data === undefined && error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {data !== undefined && <Parcel item={data} />}
    </SidePanel>
  );
}
