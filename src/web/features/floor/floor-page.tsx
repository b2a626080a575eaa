import { useQuery } from "@tanstack/react-query";
import { Select, Tabs } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { api } from "../../api.ts";
import { keys } from "../../feed/apply.ts";
import { useCan } from "../../session.ts";
import { Page } from "../../ui/page.tsx";
import { BinsTab } from "./bins-tab.tsx";
import css from "./floor.module.css";
import { LotsTab } from "./lots-tab.tsx";
import { MoveTab } from "./move-tab.tsx";
import { TransfersTab } from "./transfers-tab.tsx";

/** How the floor is laid out, what stands where, until when it keeps, and what is on its way. */
export function FloorPage() {
  const { t } = useTranslation();
  const { tab = "bins" } = useParams();
  const navigate = useNavigate();
  const mayMove = useCan("stock:write");
  const { data } = useQuery({ queryKey: keys.warehouses, queryFn: api.warehouses, staleTime: 60_000 });
  const warehouses = data?.items ?? [];
  const [chosen, setChosen] = useState<string | null>(null);
  const warehouse = chosen ?? warehouses[0]?.warehouse ?? "main";
  const items = [
    { key: "bins", label: t("floor.tab.bins"), children: <BinsTab warehouse={warehouse} /> },
    ...(mayMove
      ? [
          {
            key: "move",
            label: t("floor.tab.move"),
            children: <MoveTab key={warehouse} warehouse={warehouse} />,
          },
        ]
      : []),
    { key: "lots", label: t("floor.tab.lots"), children: <LotsTab /> },
    { key: "transfers", label: t("floor.tab.transfers"), children: <TransfersTab warehouses={warehouses} /> },
  ];
  const picks = warehouses.length > 1 && (tab === "bins" || tab === "move");
  return (
    <Page
      title={t("floor.title")}
      subtitle={t("floor.subtitle")}
      actions={
        picks && (
          <Select
            className={css.warehouse}
            value={warehouse}
            onChange={setChosen}
            aria-label={t("floor.warehouse")}
            options={warehouses.map((one) => ({ value: one.warehouse, label: one.name }))}
          />
        )
      }
    >
      <Tabs
        activeKey={items.some((one) => one.key === tab) ? tab : "bins"}
        onChange={(key) => void navigate(key === "bins" ? "/floor" : `/floor/${key}`)}
        destroyOnHidden
        items={items}
      />
    </Page>
  );
}
