import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { WarehouseItem } from "../../../api/catalog.ts";
import type { TransferItem } from "../../../api/floor.ts";
import { useCan } from "../../session.ts";
import { Card } from "../../ui/card.tsx";
import { useFormat } from "../../ui/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { Empty, Failure, Skeleton } from "../../ui/state.tsx";
import { Tag, type Tone } from "../../ui/tag.tsx";
import { useWords } from "../../ui/words.ts";
import { floorApi, floorKeys } from "./client.ts";
import css from "./floor.module.css";
import { NewTransfer } from "./new-transfer.tsx";

export const statusTone: Readonly<Record<TransferItem["status"], Tone>> = {
  on_the_way: "accent",
  received: "ok",
  closed: "tier1",
};

/** The name of a warehouse by its id. */
export function nameIn(warehouses: readonly WarehouseItem[], id: string): string {
  return warehouses.find((one) => one.warehouse === id)?.name ?? id;
}

/** Goods on their way between warehouses, and those that have arrived. */
export function TransfersTab({ warehouses }: { warehouses: readonly WarehouseItem[] }) {
  const { t } = useTranslation();
  const mayMove = useCan("stock:write");
  const [adding, setAdding] = useState(false);
  const { data, error, refetch } = useQuery({
    queryKey: floorKeys.transfers,
    queryFn: ({ signal }) => floorApi.transfers(signal),
    refetchInterval: 20_000,
  });
  const several = warehouses.length > 1;
  const add = mayMove && several && (
    <Button type="primary" icon={<Icon name="plus" size={16} />} onClick={() => setAdding(true)}>
      {t("floor.transfers.add")}
    </Button>
  );
  return (
    <Card title={t("floor.transfers.title")} note={t("floor.transfers.sendNote")} actions={add}>
      {data === undefined && error === null && <Skeleton lines={5} />}
      {data === undefined && error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {data?.items.length === 0 && (
        <Empty
          icon="receive"
          title={t("floor.transfers.none")}
          actions={
            !several && (
              <Link to="/settings/warehouses">
                <Button type="primary">{t("floor.transfers.toWarehouses")}</Button>
              </Link>
            )
          }
        >
          {t(several ? "floor.transfers.noneText" : "floor.transfers.oneWarehouse")}
        </Empty>
      )}
      <ul className={css.rows}>
        {data?.items.map((item) => (
          <Row key={item.transfer} item={item} warehouses={warehouses} />
        ))}
      </ul>
      {adding && <NewTransfer warehouses={warehouses} onClose={() => setAdding(false)} />}
    </Card>
  );
}

function Row({ item, warehouses }: { item: TransferItem; warehouses: readonly WarehouseItem[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useWords();
  return (
    <li className={css.row}>
      <div className={css.two}>
        <Link to={`/transfers/${encodeURIComponent(item.transfer)}`} className={css.rowLink}>
          {t("floor.transfers.way", { from: nameIn(warehouses, item.from), to: nameIn(warehouses, item.to) })}
        </Link>
        <small>
          {[
            item.transfer,
            ...(item.note === "" ? [] : [item.note]),
            t("floor.transfers.sentBy", { who: words.actor(item.sentBy), time: format.moment(item.sentAt) }),
          ].join(" · ")}
        </small>
      </div>
      <span className={css.rowFigure}>
        {t("floor.transfers.count", {
          sent: format.number(item.sent),
          received: format.number(item.received),
        })}
      </span>
      <span className={css.rowEnd}>
        {item.open > 0 && (
          <Tag tone={item.status === "on_the_way" ? "plain" : "tier3"}>
            {t(`floor.transfers.${openWord(item)}`, { n: format.number(item.open) })}
          </Tag>
        )}
        <Tag tone={statusTone[item.status]}>{t(`floor.transfers.status.${item.status}`)}</Tag>
      </span>
    </li>
  );
}

/** What units are that have not arrived. */
export function openWord({
  status,
  missing,
}: Pick<TransferItem, "status" | "missing">): "open" | "missing" | "back" {
  if (status === "on_the_way") return "open";
  return missing === "back" ? "back" : "missing";
}
