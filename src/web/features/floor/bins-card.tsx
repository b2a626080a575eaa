import { useQuery } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { BinItem, ZoneItem } from "../../../api/floor.ts";
import { useCan } from "../../session.ts";
import { Card } from "../../ui/card.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { useFormat } from "../../ui/format.ts";
import { useDebounced } from "../../ui/hooks.ts";
import { Empty, Failure, Skeleton } from "../../ui/state.tsx";
import { useBinColumns } from "./bin-columns.tsx";
import { BinForm } from "./bin-form.tsx";
import { floorApi, floorKeys } from "./client.ts";
import css from "./floor.module.css";
import { ImportBins } from "./import-bins.tsx";

const binsMax = 500;

interface BinsProps {
  readonly warehouse: string;
  /** Null: all of them. */
  readonly zone: string | null;
  readonly zones: readonly ZoneItem[];
}

/** The bins of one zone or of all, to be searched, labelled and changed. */
export function Bins({ warehouse, zone, zones }: BinsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const [typed, setTyped] = useState("");
  const search = useDebounced(typed.trim());
  const [form, setForm] = useState<BinItem | "new" | "import" | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: floorKeys.bins(warehouse, zone, search),
    queryFn: ({ signal }) =>
      floorApi.bins({ warehouse, ...(zone === null ? {} : { zone }), search, limit: binsMax }, signal),
    placeholderData: (before) => before,
  });
  const columns = useBinColumns(setForm);
  const items = data?.items ?? [];
  const title = zone === null ? t("floor.all") : zone === "" ? t("floor.noZone") : zone;
  return (
    <Card
      title={title}
      note={data === undefined ? undefined : t("floor.bins", { n: format.number(data.total) })}
      actions={<BinsActions typed={typed} onType={setTyped} items={items} onOpen={setForm} />}
    >
      {data === undefined && error === null && <Skeleton lines={5} />}
      {data === undefined && error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {data !== undefined && items.length === 0 && <Empty title={t("floor.bins", { n: 0 })} />}
      {items.length > 0 && (
        <DataTable
          label={title}
          rows={items}
          keyOf={(row) => row.bin}
          columns={columns}
          sort={{ key: "route", desc: false }}
        />
      )}
      {data !== undefined && data.total > items.length && (
        <p className="muted">
          {t("floor.shown", { shown: format.number(items.length), all: format.number(data.total) })}
        </p>
      )}
      {form === "import" && <ImportBins warehouse={warehouse} onClose={() => setForm(null)} />}
      {form !== null && form !== "import" && (
        <BinForm
          warehouse={warehouse}
          item={form === "new" ? null : form}
          zone={zone}
          zones={zones}
          onClose={() => setForm(null)}
        />
      )}
    </Card>
  );
}

interface BinsActionsProps {
  readonly typed: string;
  readonly onType: (typed: string) => void;
  readonly items: readonly BinItem[];
  readonly onOpen: (form: "new" | "import") => void;
}

function BinsActions({ typed, onType, items, onOpen }: BinsActionsProps) {
  const { t } = useTranslation();
  const mayEdit = useCan("catalog:write");
  return (
    <>
      <Input
        className={css.search}
        allowClear
        value={typed}
        onChange={(event) => onType(event.target.value)}
        placeholder={t("floor.search")}
        aria-label={t("floor.search")}
      />
      <Link to="/counts/labels" state={{ kind: "bins", text: items.map((one) => one.bin).join("\n") }}>
        <Button disabled={items.length === 0}>{t("floor.labels")}</Button>
      </Link>
      {mayEdit && (
        <>
          <Button onClick={() => onOpen("import")}>{t("floor.importBins")}</Button>
          <Button onClick={() => onOpen("new")}>{t("floor.addBin")}</Button>
        </>
      )}
    </>
  );
}
