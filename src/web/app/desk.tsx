import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Link, Navigate, Route, Routes } from "react-router";
import { FeedProvider } from "../feed/feed-provider.tsx";
import { Page } from "../ui/page.tsx";
import { Empty, Skeleton } from "../ui/state.tsx";
import { Shell } from "./shell.tsx";

const Sessions = lazy(async () => ({
  default: (await import("../features/sessions/sessions-page.tsx")).SessionsPage,
}));
const SessionPlan = lazy(async () => ({
  default: (await import("../features/sessions/plan-page.tsx")).PlanPage,
}));
const Precheck = lazy(async () => ({
  default: (await import("../features/sessions/precheck-page.tsx")).PrecheckPage,
}));
const Stock = lazy(async () => ({ default: (await import("../features/stock/stock-page.tsx")).StockPage }));
const Counts = lazy(async () => ({
  default: (await import("../features/counts/counts-page.tsx")).CountsPage,
}));
const CountSheet = lazy(async () => ({
  default: (await import("../features/counts/sheet-page.tsx")).SheetPage,
}));
const Accuracy = lazy(async () => ({
  default: (await import("../features/counts/accuracy-page.tsx")).AccuracyPage,
}));
const CountPolicy = lazy(async () => ({
  default: (await import("../features/counts/policy-page.tsx")).PolicyPage,
}));
const Labels = lazy(async () => ({
  default: (await import("../features/counts/labels-page.tsx")).LabelsPage,
}));
const Floor = lazy(async () => ({
  default: (await import("../features/floor/floor-page.tsx")).FloorPage,
}));
const Transfer = lazy(async () => ({
  default: (await import("../features/floor/transfer-page.tsx")).TransferPage,
}));
const Receive = lazy(async () => ({
  default: (await import("../features/goods/goods-page.tsx")).GoodsPage,
}));
const Inbound = lazy(async () => ({
  default: (await import("../features/inbound/inbound-page.tsx")).InboundPage,
}));
const Returns = lazy(async () => ({
  default: (await import("../features/returns/returns-page.tsx")).ReturnsPage,
}));
const Samples = lazy(async () => ({
  default: (await import("../features/returns/samples-page.tsx")).SamplesPage,
}));
const Quarantine = lazy(async () => ({
  default: (await import("../features/returns/quarantine-page.tsx")).QuarantinePage,
}));
const Import = lazy(async () => ({
  default: (await import("../features/import/import-page.tsx")).ImportPage,
}));
const Orders = lazy(async () => ({
  default: (await import("../features/orders/orders-page.tsx")).OrdersPage,
}));
const OutboundList = lazy(async () => ({
  default: (await import("../features/outbound/outbound-page.tsx")).OutboundPage,
}));
const Wave = lazy(async () => ({ default: (await import("../features/outbound/wave-page.tsx")).WavePage }));
const Trace = lazy(async () => ({
  default: (await import("../features/outbound/trace-page.tsx")).TracePage,
}));
const Channels = lazy(async () => ({
  default: (await import("../features/channels/channels-page.tsx")).ChannelsPage,
}));
const Reports = lazy(async () => ({
  default: (await import("../features/reports/reports-page.tsx")).ReportsPage,
}));
const DayReport = lazy(async () => ({ default: (await import("../features/reports/day-page.tsx")).DayPage }));
const SessionReport = lazy(async () => ({
  default: (await import("../features/reports/session-page.tsx")).SessionReportPage,
}));
const Reconcile = lazy(async () => ({
  default: (await import("../features/reconcile/reconcile-page.tsx")).ReconcilePage,
}));
const ReconcileResult = lazy(async () => ({
  default: (await import("../features/reconcile/result-page.tsx")).ReconcileResultPage,
}));
const Reviews = lazy(async () => ({
  default: (await import("../features/after-live/reviews-page.tsx")).ReviewsPage,
}));
const Review = lazy(async () => ({
  default: (await import("../features/after-live/review-page.tsx")).ReviewPage,
}));
const Odd = lazy(async () => ({ default: (await import("../features/odd/odd-page.tsx")).OddPage }));
const OddCase = lazy(async () => ({ default: (await import("../features/odd/case-page.tsx")).CasePage }));
const OddRules = lazy(async () => ({
  default: (await import("../features/odd/rules-page.tsx")).OddRulesPage,
}));
const Analysis = lazy(async () => ({
  default: (await import("../features/analysis/analysis-page.tsx")).AnalysisPage,
}));
const Settings = lazy(async () => ({ default: (await import("./settings.tsx")).Settings }));

/** The shop at work: the navigation, and one page beside it. */
export function Desk() {
  return (
    <FeedProvider>
      <Shell>
        <Suspense fallback={<Waiting />}>
          <Routes>
            <Route path="/" element={<Navigate to="/stock" replace />} />
            <Route path="/sessions" element={<Sessions />} />
            <Route path="/sessions/:session" element={<SessionPlan />} />
            <Route path="/sessions/:session/precheck" element={<Precheck />} />
            <Route path="/stock/:sku?" element={<Stock />} />
            <Route path="/counts" element={<Counts />} />
            <Route path="/counts/accuracy" element={<Accuracy />} />
            <Route path="/counts/labels" element={<Labels />} />
            <Route path="/counts/policy" element={<CountPolicy />} />
            <Route path="/inbound" element={<Inbound />} />
            <Route path="/counts/:sheet" element={<CountSheet />} />
            <Route path="/floor/:tab?" element={<Floor />} />
            <Route path="/transfers" element={<Navigate to="/floor/transfers" replace />} />
            <Route path="/transfers/:transfer" element={<Transfer />} />
            <Route path="/goods/:tab?" element={<Receive />} />
            <Route path="/returns/:parcel?" element={<Returns />} />
            <Route path="/samples" element={<Samples />} />
            <Route path="/quarantine" element={<Quarantine />} />
            <Route path="/import/:id?" element={<Import />} />
            <Route path="/orders/:channel?/:orderId?" element={<Orders />} />
            <Route path="/outbound" element={<OutboundList />} />
            <Route path="/outbound/trace" element={<Trace />} />
            <Route path="/outbound/:wave" element={<Wave />} />
            <Route path="/channels/:channel?" element={<Channels />} />
            <Route path="/reports" element={<Reports />} />
            <Route path="/reports/days/:date" element={<DayReport />} />
            <Route path="/reports/sessions/:session" element={<SessionReport />} />
            <Route path="/reconcile" element={<Reconcile />} />
            <Route path="/reconcile/:id" element={<ReconcileResult />} />
            <Route path="/reviews" element={<Reviews />} />
            <Route path="/reviews/:kind/:id" element={<Review />} />
            <Route path="/odd" element={<Odd />} />
            <Route path="/odd/rules" element={<OddRules />} />
            <Route path="/odd/cases/:id" element={<OddCase />} />
            <Route path="/analysis" element={<Analysis />} />
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
