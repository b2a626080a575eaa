import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Link, Navigate, Route, Routes } from "react-router";
import { FeedProvider } from "../feed/feed-provider.tsx";
import { Page } from "../ui/page.tsx";
import { Empty, Skeleton } from "../ui/state.tsx";
import { Shell } from "./shell.tsx";

const Stock = lazy(async () => ({ default: (await import("../features/stock/stock-page.tsx")).StockPage }));
const Receive = lazy(async () => ({
  default: (await import("../features/goods/goods-page.tsx")).GoodsPage,
}));
const Import = lazy(async () => ({
  default: (await import("../features/import/import-page.tsx")).ImportPage,
}));
const Orders = lazy(async () => ({
  default: (await import("../features/orders/orders-page.tsx")).OrdersPage,
}));
const Channels = lazy(async () => ({
  default: (await import("../features/channels/channels-page.tsx")).ChannelsPage,
}));
const Settings = lazy(async () => ({
  default: (await import("../features/settings/settings-page.tsx")).SettingsPage,
}));

/** The shop at work: the navigation, and one page beside it. */
export function Desk() {
  return (
    <FeedProvider>
      <Shell>
        <Suspense fallback={<Waiting />}>
          <Routes>
            <Route path="/" element={<Navigate to="/stock" replace />} />
            <Route path="/stock/:sku?" element={<Stock />} />
            <Route path="/goods/:tab?" element={<Receive />} />
            <Route path="/import/:id?" element={<Import />} />
            <Route path="/orders/:channel?/:orderId?" element={<Orders />} />
            <Route path="/channels/:channel?" element={<Channels />} />
            <Route path="/settings/:tab?" element={<Settings />} />
            <Route path="*" element={<Nowhere />} />
          </Routes>
        </Suspense>
      </Shell>
    </FeedProvider>
  );
}

function Waiting() {
  return (
    <main id="main" style={{ padding: "22px 26px" }}>
      <Skeleton lines={6} />
    </main>
  );
}

function Nowhere() {
  const { t } = useTranslation();
  return (
    <Page title={t("nowhere.title")}>
      <Empty icon="search" title={t("nowhere.title")} actions={<Link to="/stock">{t("nowhere.home")}</Link>}>
        {t("nowhere.text")}
      </Empty>
    </Page>
  );
}
