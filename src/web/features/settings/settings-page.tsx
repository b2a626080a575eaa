import { App, Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { useCan, useShop } from "../../session.ts";
import { Card } from "../../ui/card.tsx";
import { Page } from "../../ui/page.tsx";
import { ShopForm } from "../../ui/shop-form.tsx";
import { Keys } from "./keys.tsx";
import { Me } from "./me.tsx";
import { Users } from "./users.tsx";

export function SettingsPage() {
  const { t } = useTranslation();
  const { tab = "me" } = useParams();
  const navigate = useNavigate();
  const owner = useCan("admin");
  const items = [
    { key: "me", label: t("settings.tab.me"), children: <Me /> },
    ...(owner
      ? [
          { key: "shop", label: t("settings.tab.shop"), children: <Shop /> },
          { key: "users", label: t("settings.tab.users"), children: <Users /> },
          { key: "keys", label: t("settings.tab.keys"), children: <Keys /> },
        ]
      : []),
  ];
  return (
    <Page title={t("nav.settings")} narrow>
      <Tabs
        activeKey={items.some((item) => item.key === tab) ? tab : "me"}
        onChange={(key) => void navigate(key === "me" ? "/settings" : `/settings/${key}`, { replace: true })}
        items={items}
      />
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
