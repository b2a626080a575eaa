import { App } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { useCan, useShop } from "../../session.ts";
import { Card } from "../../ui/card.tsx";
import { cx } from "../../ui/cx.ts";
import { Page } from "../../ui/page.tsx";
import { ShopForm } from "../../ui/shop-form.tsx";
import { Keys } from "./keys.tsx";
import { Me } from "./me.tsx";
import css from "./settings.module.css";
import { Users } from "./users.tsx";
import { Warehouses } from "./warehouses.tsx";

interface SettingsPageProps {
  /** What belongs to live sessions, by the name of its tab. */
  readonly live: Readonly<Record<"alerts" | "precheck" | "robots" | "words" | "sources", ReactNode>>;
}

export function SettingsPage({ live }: SettingsPageProps) {
  const { t } = useTranslation();
  const { tab = "me" } = useParams();
  const owner = useCan("admin");
  const mayPlan = useCan("catalog:write");
  const items = [
    { key: "me", label: t("settings.tab.me"), children: <Me /> },
    { key: "alerts", label: t("settings.tab.alerts"), children: live.alerts },
    { key: "precheck", label: t("settings.tab.precheck"), children: live.precheck },
    { key: "robots", label: t("settings.tab.robots"), children: live.robots },
    ...(mayPlan
      ? [
          { key: "words", label: t("settings.tab.words"), children: live.words },
          { key: "sources", label: t("settings.tab.sources"), children: live.sources },
          { key: "warehouses", label: t("settings.tab.warehouses"), children: <Warehouses /> },
        ]
      : []),
    ...(owner
      ? [
          { key: "shop", label: t("settings.tab.shop"), children: <Shop /> },
          { key: "users", label: t("settings.tab.users"), children: <Users /> },
          { key: "keys", label: t("settings.tab.keys"), children: <Keys /> },
        ]
      : []),
  ];
  const current = items.find((item) => item.key === tab) ?? items[0];
  return (
    <Page title={t("nav.settings")} narrow={tab !== "alerts"}>
      <nav className={css.tabs} aria-label={t("settings.sections")}>
        {items.map(({ key, label }) => (
          <Link
            key={key}
            to={key === "me" ? "/settings" : `/settings/${key}`}
            replace
            className={cx(css.tab, key === current?.key && css.tabOn)}
            aria-current={key === current?.key ? "page" : undefined}
          >
            {label}
          </Link>
        ))}
      </nav>
      {current?.children}
    </Page>
  );
}

function Shop() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const shop = useShop();
  return (
    <Card title={t("settings.shop.title")} note={t("settings.shop.note")}>
      <ShopForm
        shop={shop}
        submitText={t("common.save")}
        onSaved={() => void message.success(t("settings.saved"))}
      />
    </Card>
  );
}
