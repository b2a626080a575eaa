import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Modal, Radio } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import type { TransferCloseBody, TransferItem } from "../../../api/floor.ts";
import { api } from "../../api.ts";
import { keys } from "../../feed/apply.ts";
import { useCan } from "../../session.ts";
import { StatCard, StatRow } from "../../ui/card.tsx";
import { useFormat } from "../../ui/format.ts";
import { Page } from "../../ui/page.tsx";
import { ErrorNote, Failure, Skeleton } from "../../ui/state.tsx";
import { Tag } from "../../ui/tag.tsx";
import { useKeyed } from "../../ui/use-keyed.ts";
import { useWords } from "../../ui/words.ts";
import { floorApi, floorKeys } from "./client.ts";
import css from "./floor.module.css";
import { TransferLines } from "./transfer-lines.tsx";
import { nameIn, openWord, statusTone } from "./transfers-tab.tsx";

/** One transfer: what was sent, what has arrived, and counting it in. */
export function TransferPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useWords();
  const { transfer = "" } = useParams();
  const warehouses = useQuery({ queryKey: keys.warehouses, queryFn: api.warehouses, staleTime: 60_000 });
  const { data, error, refetch } = useQuery({
    queryKey: floorKeys.transfer(transfer),
    queryFn: ({ signal }) => floorApi.transfer(transfer, signal),
    refetchInterval: 20_000,
  });
  const names = warehouses.data?.items ?? [];
  const title =
    data === undefined
      ? t("floor.transfers.title")
      : t("floor.transfers.way", { from: nameIn(names, data.from), to: nameIn(names, data.to) });
  return (
    <Page
      title={title}
      subtitle={
        <>
          <Link to="/floor/transfers" className={css.crumb}>
            {t("floor.transfers.title")}
          </Link>
          {` · ${transfer}`}
          {data !== undefined && data.note !== "" && ` · ${data.note}`}
        </>
      }
      actions={data !== undefined && <CloseButton item={data} />}
    >
      {data === undefined && error === null && <Skeleton lines={6} />}
      {data === undefined && error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {data !== undefined && (
        <>
          <StatRow label={title}>
            <StatCard name={t("floor.transfers.sent")}>{format.number(data.sent)}</StatCard>
            <StatCard name={t("floor.transfers.received")}>{format.number(data.received)}</StatCard>
            <StatCard name={t("floor.transfers.left")} tone={data.open > 0 ? "tier2" : "ok"}>
              {format.number(data.open)}
            </StatCard>
          </StatRow>
          <p className={css.facts}>
            <Tag tone={statusTone[data.status]}>{t(`floor.transfers.status.${data.status}`)}</Tag>
            {data.status !== "on_the_way" && data.open > 0 && (
              <Tag tone="tier3">
                {t(`floor.transfers.${openWord(data)}`, { n: format.number(data.open) })}
              </Tag>
            )}
            <span className="muted">
              {t("floor.transfers.sentBy", {
                who: words.actor(data.sentBy),
                time: format.moment(data.sentAt),
              })}
            </span>
            {data.receivedBy.length > 0 && (
              <span className="muted">
                {t("floor.transfers.receivedBy", {
                  who: data.receivedBy.map(words.actor).join(t("common.comma")),
                })}
              </span>
            )}
            {data.reason !== "" && <span>{t("floor.transfers.closed", { reason: data.reason })}</span>}
          </p>
          <TransferLines key={data.received} item={data} />
        </>
      )}
    </Page>
  );
}

const reasonCharsMin = 2;

/** Nothing more comes: what is missing has to be something. */
function CloseButton({ item }: { item: TransferItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const may = useCan("catalog:write");
  const [open, setOpen] = useState(false);
  const [missing, setMissing] = useState<TransferCloseBody["missing"]>("lost");
  const [reason, setReason] = useState("");
  const close = useKeyed((body: TransferCloseBody, key) => floorApi.close(item.transfer, body, key));
  if (!may || item.status !== "on_the_way") return null;
  const submit = () =>
    close.mutate(
      { missing, reason: reason.trim() },
      {
        onSuccess: () => {
          void client.invalidateQueries({ queryKey: floorKeys.all });
          setOpen(false);
        },
      },
    );
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t("floor.transfers.close")}</Button>
      <Modal
        open={open}
        title={t("floor.transfers.closeTitle", { n: format.number(item.open) })}
        okText={t("floor.transfers.close")}
        cancelText={t("common.cancel")}
        okButtonProps={{ danger: true, disabled: reason.trim().length < reasonCharsMin }}
        confirmLoading={close.isPending}
        onOk={submit}
        onCancel={() => setOpen(false)}
        width={460}
      >
        <div className={css.stack}>
          <Radio.Group
            value={missing}
            onChange={(event) => setMissing(event.target.value as TransferCloseBody["missing"])}
            options={(["lost", "back"] as const).map((value) => ({
              value,
              label: t(`floor.transfers.fate.${value}`),
            }))}
          />
          <Input
            value={reason}
            maxLength={200}
            onChange={(event) => setReason(event.target.value)}
            placeholder={t("floor.transfers.reason")}
            aria-label={t("floor.transfers.reason")}
          />
          <ErrorNote error={close.error} />
        </div>
      </Modal>
    </>
  );
}
