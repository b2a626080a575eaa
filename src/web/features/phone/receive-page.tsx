import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { InboundItem } from "../../../api/inbound.ts";
import { useTitle } from "../../ui/hooks.ts";
import { Empty, Failure, Skeleton } from "../../ui/state.tsx";
import { Tag, type Tone } from "../../ui/tag.tsx";
import { phoneKeys } from "./client.ts";
import { OfflineStrip } from "./count-page.tsx";
import { NewReceipt } from "./new-receipt.tsx";
import { PhoneFrame } from "./phone-frame.tsx";
import css from "./phone.module.css";
import { readReceipts } from "./receipt-offline.ts";
import { useSaid, useWorld } from "./world.tsx";

const toneOf: Readonly<Record<InboundItem["status"], Tone>> = {
  counting: "accent",
  second: "tier1",
  differs: "tier3",
  booked: "ok",
  cancelled: "plain",
};

/** Deliveries that are being counted, and a new one. */
export function ReceivePage() {
  const { t } = useTranslation();
  useTitle(t("phone.tab.receive"));
  const [adding, setAdding] = useState(false);
  const { store, person } = useWorld();
  const { data, error, refetch } = useQuery({
    queryKey: phoneKeys.receipts,
    queryFn: ({ signal }) => readReceipts(store, person, signal),
    refetchInterval: 20_000,
    retry: false,
  });
  return (
    <PhoneFrame title={t("phone.tab.receive")}>
      <OfflineStrip fresh={data?.fresh ?? true} />
      {adding ? (
        <NewReceipt onClose={() => setAdding(false)} />
      ) : (
        <button type="button" className={css.button} onClick={() => setAdding(true)}>
          {t("phone.receive.add")}
        </button>
      )}
      {data === undefined && error === null && <Skeleton lines={5} />}
      {data === undefined && error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {data?.value.length === 0 && !adding && (
        <Empty icon="receive" title={t("phone.receive.none")}>
          {t("phone.receive.noneText")}
        </Empty>
      )}
      <ul className={css.done}>
        {data?.value.map((item) => (
          <ReceiptCard key={item.receipt} item={item} />
        ))}
      </ul>
    </PhoneFrame>
  );
}

function ReceiptCard({ item }: { item: InboundItem }) {
  const { t } = useTranslation();
  const said = useSaid();
  const title = [item.supplier, item.note].filter((one) => one !== "").join(" · ");
  return (
    <li>
      <Link to={`/phone/receive/${encodeURIComponent(item.receipt)}`} className={css.card}>
        <span className={css.cardText}>
          <b>{title === "" ? t("phone.receive.untitled") : title}</b>
          <small>
            {item.status === "booked"
              ? t("phone.receive.signed", { n: item.signedBy.length })
              : said(item.mine.words)}
          </small>
        </span>
        <span className={css.cardFigure}>
          <Tag tone={toneOf[item.status]}>{t(`phone.receive.status.${item.status}`)}</Tag>
        </span>
      </Link>
    </li>
  );
}
