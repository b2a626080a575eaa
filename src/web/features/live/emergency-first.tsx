import { useQuery } from "@tanstack/react-query";
import { App, Button, Input, InputNumber } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../../ui/icon.tsx";
import { ErrorNote, Skeleton } from "../../ui/state.tsx";
import { Tag } from "../../ui/tag.tsx";
import { live, liveKeys } from "./client.ts";
import { useDesk } from "./desk.ts";
import type { PartProps } from "./emergency.tsx";
import { useLiveWords } from "./live-words.ts";
import { hostCharsMax, useReadyWords } from "./messages-panel.tsx";
import css from "./emergency.module.css";

/** The words of the playbook with the numbers in them; the person may change them before they go out. */
export function HostPart({ sku, alert }: PartProps) {
  const { t } = useTranslation();
  const { act, view } = useDesk();
  const ready = useReadyWords(sku);
  const own =
    view.alerts.find((one) => one.id === alert) ??
    view.alerts.find((one) => one.sku === sku.sku && one.hostWords !== null);
  // Until somebody types, the number in the words is the number of this moment.
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? own?.hostWords ?? ready;
  const [sending, setSending] = useState(false);
  const send = async () => {
    if (text.trim() === "") return;
    setSending(true);
    await act({ action: "tell_host", alert, text: text.trim() });
    setSending(false);
  };
  return (
    <>
      <Input.TextArea
        value={text}
        autoSize={{ minRows: 2, maxRows: 4 }}
        maxLength={hostCharsMax}
        showCount
        aria-label={t("live.messages.hint")}
        onChange={(event) => setTyped(event.target.value)}
        onPressEnter={(event) => {
          if (event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          void send();
        }}
      />
      <div className={css.buttons}>
        <Button type="primary" loading={sending} disabled={text.trim() === ""} onClick={() => void send()}>
          {t("live.emergency.sendHost")}
        </Button>
      </div>
    </>
  );
}

/** Who can take over, best first, each with what speaks for it. */
export function AlternatesPart({ sku, alert, onDone }: PartProps & { onDone: () => void }) {
  const { t } = useTranslation();
  const { act, view } = useDesk();
  const words = useLiveWords();
  const { data, error } = useQuery({
    queryKey: liveKeys.alternates(view.session, sku.sku),
    queryFn: ({ signal }) => live.alternates(view.session, sku.sku, signal),
    staleTime: 5_000,
  });
  if (error !== null) return <ErrorNote error={error} />;
  if (data === undefined) return <Skeleton lines={3} />;
  if (data.items.length === 0) return <p className={css.hint}>{t("live.emergency.noAlternate")}</p>;
  return (
    <ol className={css.alternates}>
      {data.items.map((one, index) => (
        <li key={one.sku}>
          <b className={css.score}>{Math.round(one.score)}</b>
          <div className={css.alternate}>
            <p>
              <b>{one.name}</b> · {words.format.money(one.price)} ·{" "}
              {t("live.unitsLeft", { n: words.format.number(one.sellable) })}
            </p>
            <p className={css.reasons}>
              {one.reasons.map((reason) => (
                <Tag key={reason.code} tone="plain">
                  {words.say(reason)} +{Math.round(reason.points)}
                </Tag>
              ))}
            </p>
          </div>
          <Button
            type={index === 0 ? "primary" : "default"}
            onClick={() =>
              void act(
                one.slot === null
                  ? { action: "switch_product", alert, sku: one.sku }
                  : { action: "switch_product", alert, slot: one.slot },
              ).then((done) => done !== null && onDone())
            }
          >
            {t("live.emergency.switchTo")}
          </Button>
        </li>
      ))}
    </ol>
  );
}

/** A link on which the supplier says how many and when; what was asked before stands below. */
export function SupplierPart({ sku, alert }: PartProps) {
  const { t } = useTranslation();
  const { act, view, now } = useDesk();
  const words = useLiveWords();
  const [supplier, setSupplier] = useState(
    () => view.requests.findLast((one) => one.sku === sku.sku)?.supplier ?? "",
  );
  const [units, setUnits] = useState<number | null>(null);
  const [url, setUrl] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  const ask = async () => {
    setAsking(true);
    const answer = await act({
      action: "ask_supplier",
      alert,
      sku: sku.sku,
      supplier: supplier.trim(),
      units,
    });
    setAsking(false);
    if (answer?.url !== undefined) setUrl(new URL(answer.url, location.href).href);
  };
  const requests = view.requests.filter((one) => one.sku === sku.sku);
  return (
    <>
      <div className={css.line}>
        <Input
          value={supplier}
          maxLength={100}
          placeholder={t("live.emergency.supplierName")}
          aria-label={t("live.emergency.supplierName")}
          onChange={(event) => setSupplier(event.target.value)}
        />
        <InputNumber
          value={units}
          min={1}
          precision={0}
          placeholder={t("live.emergency.unitsWanted")}
          aria-label={t("live.emergency.unitsWanted")}
          onChange={(value) => setUnits(value)}
        />
        <Button loading={asking} disabled={supplier.trim() === ""} onClick={() => void ask()}>
          {t("live.emergency.makeLink")}
        </Button>
      </div>
      {url !== null && <CopyLink url={url} />}
      <ul className={css.requests}>
        {requests.map((one) => (
          <li key={one.id}>
            <b>{one.supplier}</b> · {words.ago(now - Date.parse(one.askedAt))} ·{" "}
            {one.answer === null ? (
              <span className="say-tier1">{t("live.requests.waiting")}</span>
            ) : (
              <span className="say-ok">
                {t("live.requests.answered", { n: words.format.number(one.answer.units) })}
                {one.answer.arrivesAt !== null && ` · ${words.format.moment(one.answer.arrivesAt)}`}
                {one.answer.note !== "" && ` · ${one.answer.note}`}
              </span>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

/** A link that is sent on by hand: to be copied, or marked where the browser has no clipboard. */
export function CopyLink({ url }: { url: string }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(url);
      void message.success(t("common.copied"));
    } catch {
      void message.info(t("common.copyByHand"));
    }
  };
  return (
    <div className={css.link}>
      <code>{url}</code>
      <Button size="small" icon={<Icon name="copy" size={15} />} onClick={() => void copy()}>
        {t("common.copy")}
      </Button>
    </div>
  );
}
