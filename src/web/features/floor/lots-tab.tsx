import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, Input, Modal, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { LotItem } from "../../../api/floor.ts";
import { Card } from "../../ui/card.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { useFormat } from "../../ui/format.ts";
import { Empty, ErrorNote, Failure, Note, Skeleton } from "../../ui/state.tsx";
import { floorApi, floorKeys } from "./client.ts";
import css from "./floor.module.css";
import { useLotColumns } from "./lot-columns.tsx";

const withins = { all: null, d30: 30, d90: 90, expired: 0 } as const;
type Within = keyof typeof withins;

/** Lots, the first to expire first. */
export function LotsTab() {
  const { t } = useTranslation();
  const format = useFormat();
  const [within, setWithin] = useState<Within>("all");
  const [form, setForm] = useState<LotItem | null>(null);
  const columns = useLotColumns(setForm);
  const days = withins[within];
  const { data, error, refetch } = useQuery({
    queryKey: floorKeys.lots(days),
    queryFn: ({ signal }) => floorApi.lots(days, signal),
    placeholderData: (before) => before,
  });
  const items = (data?.items ?? []).filter((one) => within !== "expired" || one.expired);
  return (
    <Card
      title={t("floor.lots.title")}
      actions={<LotsActions within={within} onWithin={setWithin} items={items} />}
    >
      <div className={css.stack}>
        {data !== undefined && data.expiredUnits > 0 && (
          <Note tone="bad">{t("floor.lots.expired", { n: format.number(data.expiredUnits) })}</Note>
        )}
        {data === undefined && error === null && <Skeleton lines={6} />}
        {data === undefined && error !== null && <Failure error={error} onRetry={() => void refetch()} />}
        {data !== undefined && items.length === 0 && (
          <Empty title={t("floor.lots.none")}>{t("floor.lots.noneText")}</Empty>
        )}
        {items.length > 0 && (
          <DataTable
            label={t("floor.lots.title")}
            rows={items}
            keyOf={(row) => `${row.sku}\u0000${row.lot}`}
            columns={columns}
            sort={{ key: "left", desc: false }}
            rowPx={54}
          />
        )}
      </div>
      {form !== null && <LotForm item={form} onClose={() => setForm(null)} />}
    </Card>
  );
}

interface LotsActionsProps {
  readonly within: Within;
  readonly onWithin: (within: Within) => void;
  readonly items: readonly LotItem[];
}

function LotsActions({ within, onWithin, items }: LotsActionsProps) {
  const { t } = useTranslation();
  return (
    <>
      <Segmented<Within>
        value={within}
        onChange={onWithin}
        aria-label={t("floor.lots.within")}
        options={(Object.keys(withins) as Within[]).map((value) => ({
          value,
          label: t(`floor.lots.withins.${value}`),
        }))}
      />
      <Link to="/counts/labels" state={{ kind: "lots", text: items.map((one) => one.lot).join("\n") }}>
        <Button disabled={items.length === 0}>{t("floor.labels")}</Button>
      </Link>
    </>
  );
}

interface Fields {
  readonly supplier: string;
  readonly madeOn: string;
  readonly expiresOn: string;
}

/** What is known of a lot. The browser's own date fields: they work on every phone. */
function LotForm({ item, onClose }: { item: LotItem; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const save = useMutation({
    mutationFn: ({ supplier, madeOn, expiresOn }: Fields) =>
      floorApi.saveLot(item.sku, item.lot, {
        supplier: supplier.trim(),
        madeOn: madeOn === "" ? null : madeOn,
        expiresOn: expiresOn === "" ? null : expiresOn,
      }),
    onSuccess: () => {
      message.success(t("settings.saved"));
      void client.invalidateQueries({ queryKey: floorKeys.all });
      onClose();
    },
  });
  return (
    <Modal
      open
      title={t("floor.lots.edit", { lot: item.lot })}
      okText={t("common.save")}
      cancelText={t("common.cancel")}
      confirmLoading={save.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
      width={400}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={{
          supplier: item.supplier,
          madeOn: item.madeOn ?? "",
          expiresOn: item.expiresOn ?? "",
        }}
        onFinish={(fields: Fields) => save.mutate(fields)}
      >
        <Form.Item name="supplier" label={t("floor.lots.supplier")}>
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item name="madeOn" label={t("floor.lots.made")}>
          <Input type="date" />
        </Form.Item>
        <Form.Item name="expiresOn" label={t("floor.lots.expires")}>
          <Input type="date" />
        </Form.Item>
        <ErrorNote error={save.error} />
      </Form>
    </Modal>
  );
}
