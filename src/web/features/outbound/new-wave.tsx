import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Input, InputNumber, Modal, Select, Switch } from "antd";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import type { WaveBody, WavePreview } from "../../../api/outbound.ts";
import { api } from "../../api.ts";
import { keys } from "../../feed/apply.ts";
import { useFormat } from "../../ui/format.ts";
import { ErrorNote, Failure, Note, Skeleton } from "../../ui/state.tsx";
import { outbound, outboundKeys } from "./client.ts";
import css from "./outbound.module.css";

const purposeCharsMax = 100;
const ordersMax = 500;
const binsShownMax = 24;
const ages = ["0", "30", "120", "1440"] as const;

interface Values {
  readonly warehouse: string | undefined;
  readonly channel: string | undefined;
  readonly sku: string;
  readonly age: (typeof ages)[number];
  readonly limit: number;
  readonly stagingBin: string;
  readonly purpose: string;
  readonly partial: boolean;
  readonly lifeDays: number | null;
}

const blank: Values = {
  warehouse: undefined,
  channel: undefined,
  sku: "",
  age: "0",
  limit: 100,
  stagingBin: "",
  purpose: "",
  partial: false,
  lifeDays: null,
};

/** Which orders are picked, without where and what for. */
function filterOf({ warehouse, channel, sku, age, limit, partial, lifeDays }: Values): WaveBody {
  return {
    limit,
    partial,
    ...(warehouse === undefined ? {} : { warehouse }),
    ...(channel === undefined ? {} : { channel }),
    ...(sku.trim() === "" ? {} : { sku: sku.trim() }),
    ...(age === "0" ? {} : { olderThanMinutes: Number(age) }),
    ...(lifeDays === null ? {} : { lifeDays }),
  };
}

/** A new wave, with what it would be before it is one. */
export function NewWave({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [values, setValues] = useState<Values>(blank);
  const filter = useDeferredValue(filterOf(values));
  const preview = useQuery({
    queryKey: outboundKeys.preview(filter),
    queryFn: ({ signal }) => outbound.preview(filter, signal),
    placeholderData: keepPreviousData,
    staleTime: 5_000,
  });
  const create = useMutation({
    mutationFn: () =>
      outbound.open({
        ...filterOf(values),
        ...(values.stagingBin.trim() === "" ? {} : { stagingBin: values.stagingBin.trim() }),
        ...(values.purpose.trim() === "" ? {} : { purpose: values.purpose.trim() }),
      }),
    onSuccess: ({ wave }) => {
      void client.invalidateQueries({ queryKey: outboundKeys.all });
      void navigate(`/outbound/${encodeURIComponent(wave)}`);
    },
  });
  return (
    <Modal
      open
      title={t("outbound.new.title")}
      okText={t("outbound.new.ok")}
      cancelText={t("common.cancel")}
      confirmLoading={create.isPending}
      okButtonProps={{ disabled: preview.data?.units === 0 }}
      onOk={() => create.mutate()}
      onCancel={onClose}
      width={680}
    >
      <div className={css.form}>
        <Fields values={values} onChange={(part) => setValues({ ...values, ...part })} />
        <div className={css.wide}>
          {preview.data === undefined && preview.error === null && <Skeleton lines={3} />}
          {preview.data === undefined && preview.error !== null && (
            <Failure error={preview.error} onRetry={() => void preview.refetch()} />
          )}
          {preview.data !== undefined && <Preview preview={preview.data} />}
        </div>
      </div>
      <ErrorNote error={create.error} />
    </Modal>
  );
}

interface FieldsProps {
  readonly values: Values;
  readonly onChange: (part: Partial<Values>) => void;
}

function Fields({ values, onChange }: FieldsProps) {
  const { t } = useTranslation();
  const channels = useQuery({ queryKey: keys.channels, queryFn: api.channels, staleTime: 60_000 });
  return (
    <>
      <label>
        <span>{t("outbound.new.channel")}</span>
        <Select
          allowClear
          style={{ width: "100%" }}
          value={values.channel}
          placeholder={t("outbound.new.allChannels")}
          onChange={(channel: string | undefined) => onChange({ channel })}
          options={(channels.data?.items ?? []).map(({ channel, name }) => ({ value: channel, label: name }))}
        />
      </label>
      <label>
        <span>{t("outbound.new.age")}</span>
        <Select
          style={{ width: "100%" }}
          value={values.age}
          onChange={(age) => onChange({ age })}
          options={ages.map((age) => ({ value: age, label: t(`outbound.new.ages.${age}`) }))}
        />
      </label>
      <label>
        <span>{t("outbound.new.sku")}</span>
        <Input
          value={values.sku}
          placeholder={t("outbound.new.skuHint")}
          onChange={(event) => onChange({ sku: event.target.value })}
        />
      </label>
      <label>
        <span>{t("outbound.new.limit")}</span>
        <InputNumber
          style={{ width: "100%" }}
          min={1}
          max={ordersMax}
          precision={0}
          value={values.limit}
          onChange={(limit) => onChange({ limit: limit ?? blank.limit })}
        />
      </label>
      <Where values={values} onChange={onChange} />
    </>
  );
}

function Where({ values, onChange }: FieldsProps) {
  const { t } = useTranslation();
  return (
    <>
      <label>
        <span>{t("outbound.new.staging")}</span>
        <Input
          value={values.stagingBin}
          maxLength={64}
          placeholder={t("outbound.new.stagingHint")}
          onChange={(event) => onChange({ stagingBin: event.target.value })}
        />
      </label>
      <label>
        <span>{t("outbound.new.life")}</span>
        <InputNumber
          style={{ width: "100%" }}
          min={0}
          max={3_650}
          precision={0}
          value={values.lifeDays}
          placeholder={t("outbound.new.lifeHint")}
          onChange={(lifeDays) => onChange({ lifeDays })}
        />
      </label>
      <WarehousePick value={values.warehouse} onChange={(warehouse) => onChange({ warehouse })} />
      <label className={css.wide}>
        <span>{t("outbound.new.purpose")}</span>
        <Input
          value={values.purpose}
          maxLength={purposeCharsMax}
          placeholder={t("outbound.new.purposeHint")}
          onChange={(event) => onChange({ purpose: event.target.value })}
        />
      </label>
      <div className={`${css.switch} ${css.wide}`}>
        <Switch
          checked={values.partial}
          onChange={(partial) => onChange({ partial })}
          aria-label={t("outbound.new.partial")}
        />
        <span>
          {t("outbound.new.partial")}
          <small>{t("outbound.new.partialHelp")}</small>
        </span>
      </div>
    </>
  );
}

function WarehousePick({
  value,
  onChange,
}: {
  value: string | undefined;
  onChange: (warehouse: string) => void;
}) {
  const { t } = useTranslation();
  const { data } = useQuery({ queryKey: keys.warehouses, queryFn: api.warehouses, staleTime: 60_000 });
  const items = data?.items ?? [];
  if (items.length < 2) return null;
  return (
    <label className={css.wide}>
      <span>{t("adjust.warehouse")}</span>
      <Select
        style={{ width: "100%" }}
        value={value ?? items[0]?.warehouse}
        onChange={onChange}
        options={items.map(({ warehouse, name }) => ({ value: warehouse, label: name }))}
      />
    </label>
  );
}

function Preview({ preview }: { preview: WavePreview }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { orders, units, tasks, bins, short } = preview;
  const figures = [
    ["orders", orders],
    ["units", units],
    ["stops", tasks],
    ["bins", bins.length],
  ] as const;
  const binName = (bin: string) => (bin === "" ? t("counts.noBin") : bin);
  return (
    <div className={css.preview} data-preview={units}>
      <h3>{t("outbound.preview.title")}</h3>
      <div className={css.figures}>
        {figures.map(([name, value]) => (
          <div key={name}>
            <b>{format.number(value)}</b>
            <small>{t(`outbound.preview.${name}`)}</small>
          </div>
        ))}
      </div>
      {units === 0 && <Note tone="warn">{t("outbound.preview.nothing")}</Note>}
      {bins.length > 0 && (
        <>
          <small className="muted">{t("outbound.preview.route")}</small>
          <ol className={css.bins}>
            {bins.slice(0, binsShownMax).map(({ bin, units: there }) => (
              <li key={bin}>
                {t("outbound.preview.binUnits", { bin: binName(bin), n: format.number(there) })}
              </li>
            ))}
            {bins.length > binsShownMax && (
              <li>
                {t("outbound.preview.more", {
                  count: bins.length - binsShownMax,
                  n: bins.length - binsShownMax,
                })}
              </li>
            )}
          </ol>
        </>
      )}
      {short.map(({ sku, name, units: missing }) => (
        <Note key={sku} tone="warn">
          {t("outbound.preview.short", { name: name === "" ? sku : name, n: format.number(missing) })}
        </Note>
      ))}
      <LeftOut preview={preview} />
    </div>
  );
}

/** The orders that are not in it, and why. */
function LeftOut({ preview }: { preview: WavePreview }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const { held, waiting, picking, unscanned } = preview;
  return (
    <>
      {held.length > 0 && (
        <details className={css.held}>
          <summary>
            {t("outbound.preview.held", { count: held.length, n: format.number(held.length) })} ·{" "}
            {t("outbound.preview.heldAll")}
          </summary>
          <ul>
            {held.map((one) => (
              <li key={`${one.channel} ${one.orderId}`}>
                <Link to={`/orders/${encodeURIComponent(one.channel)}/${encodeURIComponent(one.orderId)}`}>
                  {one.orderId}
                </Link>{" "}
                {i18n.language === "en" ? one.words.en : one.words.zh}
              </li>
            ))}
          </ul>
        </details>
      )}
      {waiting.length > 0 && (
        <small className="muted">
          {t("outbound.preview.waiting", { count: waiting.length, n: format.number(waiting.length) })}
        </small>
      )}
      {picking > 0 && (
        <small className="muted">
          {t("outbound.preview.picking", { count: picking, n: format.number(picking) })}
        </small>
      )}
      {unscanned && <small className="muted">{t("outbound.preview.unscanned")}</small>}
    </>
  );
}
