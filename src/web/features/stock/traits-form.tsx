import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, Input, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { SkuItem, SkuPatch } from "../../../api/catalog.ts";
import { api } from "../../api.ts";
import { keys } from "../../feed/apply.ts";
import { useFormat } from "../../ui/format.ts";
import { ErrorNote, Failure, Skeleton } from "../../ui/state.tsx";
import css from "./policy-form.module.css";

/** A list that was emptied leaves no value. */
interface Fields {
  /** In the currency's own unit, as people write it. */
  readonly cost: number | null;
  readonly first?: number | null;
  readonly last?: number | null;
  readonly shelfLifeDays: number | null;
  readonly leadDays: number | null;
  readonly style: string;
}

const daysMax = 36_500;
const styleCharsMax = 128;
const months = Array.from({ length: 12 }, (_, index) => index + 1);

/** What the analyses want to know and selling does not: cost, season, shelf life, lead time, style. */
export function TraitsForm({ sku }: { sku: string }) {
  const queryKey = [...keys.sku(sku), "traits"];
  const { data, error, refetch } = useQuery({
    queryKey,
    queryFn: ({ signal }) => api.skuTraits(sku, signal),
  });
  if (error !== null && data === undefined) return <Failure error={error} onRetry={() => void refetch()} />;
  return data === undefined ? <Skeleton lines={3} /> : <Filled item={data.sku} queryKey={queryKey} />;
}

function Filled({ item, queryKey }: { item: SkuItem; queryKey: readonly unknown[] }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const format = useFormat();
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: (patch: SkuPatch) => api.savePolicy(item.sku, patch),
    onSuccess: () => {
      message.success(t("traits.saved"));
      void client.invalidateQueries({ queryKey });
      void client.invalidateQueries({ queryKey: ["analysis"] });
    },
  });
  const scale = format.moneyScale;
  return (
    <Form<Fields>
      layout="vertical"
      initialValues={fieldsOf(item, scale)}
      onFinish={(fields) => save.mutate(patchOf(fields, scale))}
      className={css.form}
    >
      <Inputs scale={scale} />
      <ErrorNote error={save.error} />
      <Button type="primary" htmlType="submit" loading={save.isPending} block>
        {t("common.save")}
      </Button>
    </Form>
  );
}

function fieldsOf({ cost, season, shelfLifeDays, leadDays, style }: SkuItem, scale: number): Fields {
  return {
    cost: cost === null ? null : cost / scale,
    first: season?.first ?? null,
    last: season?.last ?? null,
    shelfLifeDays,
    leadDays,
    style: style ?? "",
  };
}

/** @param scale minor units of one of the currency's own */
function patchOf({ cost, first, last, shelfLifeDays, leadDays, style }: Fields, scale: number): SkuPatch {
  // One month alone is a season of that month.
  const [begins, ends] = [first ?? last ?? null, last ?? first ?? null];
  return {
    cost: cost === null ? null : Math.round(cost * scale),
    season: begins === null || ends === null ? null : { first: begins, last: ends },
    shelfLifeDays,
    leadDays,
    style: style.trim() === "" ? null : style.trim(),
  };
}

function Inputs({ scale }: { scale: number }) {
  const { t } = useTranslation();
  const monthOptions = months.map((value) => ({ value, label: t("traits.month", { n: value }) }));
  return (
    <div className={css.pair}>
      <Form.Item name="cost" label={t("traits.cost")} tooltip={t("traits.costHelp")}>
        <InputNumber min={0} precision={Math.round(Math.log10(scale))} placeholder={t("traits.unknown")} />
      </Form.Item>
      <Form.Item name="style" label={t("traits.style")} tooltip={t("traits.styleHelp")}>
        <Input maxLength={styleCharsMax} placeholder={t("traits.none")} />
      </Form.Item>
      <Form.Item name="first" label={t("traits.first")}>
        <Select allowClear options={monthOptions} placeholder={t("traits.allYear")} />
      </Form.Item>
      <Form.Item name="last" label={t("traits.last")}>
        <Select allowClear options={monthOptions} placeholder={t("traits.allYear")} />
      </Form.Item>
      <Form.Item name="shelfLifeDays" label={t("traits.shelfLife")}>
        <InputNumber
          min={1}
          max={daysMax}
          precision={0}
          placeholder={t("traits.keeps")}
          suffix={t("traits.days")}
        />
      </Form.Item>
      <Form.Item name="leadDays" label={t("traits.lead")} tooltip={t("traits.leadHelp")}>
        <InputNumber
          min={1}
          max={daysMax}
          precision={0}
          placeholder={t("traits.unknown")}
          suffix={t("traits.days")}
        />
      </Form.Item>
    </div>
  );
}
