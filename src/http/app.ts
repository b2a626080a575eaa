import Fastify, { LogController, type FastifyInstance } from "fastify";
import { ProblemError } from "../api/problem.ts";
import { addAnalysisRoutes } from "./routes/analysis.ts";
import { addAuthorityRoutes } from "./routes/authority.ts";
import { addImportRoutes } from "./imports/routes.ts";
import { addBodyParsers, addValidation } from "./body.ts";
import { createContext, type HttpDeps, type RouteContext } from "./deps.ts";
import { createErrorHandler, malformedAnswer } from "./errors.ts";
import { httpLimits } from "./limits.ts";
import { addOpenapi, addReference } from "./openapi.ts";
import { addDemoRoutes } from "./demo/routes.ts";
import { addChannelRoutes, addListingRoutes, addSkuRoutes, addWarehouseRoutes } from "./routes/catalog.ts";
import { addCountExplainRoutes } from "./routes/count-explain.ts";
import { addCountSheetRoutes } from "./routes/count-sheet.ts";
import { addCountRoutes } from "./routes/counts.ts";
import { addFloorRoutes } from "./routes/floor.ts";
import { addGoodsRoutes } from "./routes/goods.ts";
import { addInboundRoutes } from "./routes/inbound.ts";
import { addOutboundRoutes } from "./routes/outbound.ts";
import { addOutboundTraceRoutes } from "./routes/outbound-trace.ts";
import { addScanRoutes } from "./routes/scan.ts";
import { addHealthRoutes } from "./routes/health.ts";
import { addJournalRoutes } from "./routes/journal.ts";
import { addLiveRoutes } from "./routes/live.ts";
import { addLotRoutes } from "./routes/lots.ts";
import { addLiveSourceRoutes } from "./routes/live-sources.ts";
import { addOddOrderRoutes } from "./routes/odd-orders.ts";
import { addOrderEventRoutes } from "./routes/order-events.ts";
import { addOrderRoutes } from "./routes/orders.ts";
import { addPackRoutes } from "./routes/packs.ts";
import { addPolicyRoutes } from "./routes/policies.ts";
import { addPrecheckRoutes } from "./routes/precheck.ts";
import { addReconciliationRoutes } from "./routes/reconciliations.ts";
import { addReportRoutes } from "./routes/reports.ts";
import { addReservationRoutes } from "./routes/reservations.ts";
import { addPhotoRoutes } from "./routes/photos.ts";
import { addQuarantineRoutes } from "./routes/quarantine.ts";
import { addReturnRoutes } from "./routes/returns.ts";
import { addSampleRoutes } from "./routes/samples.ts";
import { addReviewRoutes } from "./routes/reviews.ts";
import { addRobotRoutes } from "./routes/robots.ts";
import { addSessionLifeRoutes } from "./routes/session-life.ts";
import { addSessionRoutes } from "./routes/sessions.ts";
import { addLiveSampleRoutes } from "./routes/live-samples.ts";
import { addScreenRoutes } from "./routes/screens.ts";
import { addSessionActionRoutes } from "./routes/session-actions.ts";
import { addSessionLiveRoutes } from "./routes/session-live.ts";
import { addSupplierRoutes } from "./routes/supplier.ts";
import { addShopRoutes } from "./routes/shop.ts";
import { addStockLookupRoutes } from "./routes/stock-lookup.ts";
import { addStockRoutes } from "./routes/stock.ts";
import { addTransferRoutes } from "./routes/transfers.ts";
import { addWeb } from "./web.ts";

export interface HttpApp {
  readonly app: FastifyInstance;
  /**
   * Takes no more connections, ends the streams, lets the requests that are under way end, and closes. The
   * engine must still be open: it is what answers them.
   */
  close(): Promise<void>;
}

/** The resources, in the order of the OpenAPI document. */
const resources = [
  addReservationRoutes,
  addOrderEventRoutes,
  addOrderRoutes,
  addStockRoutes,
  addStockLookupRoutes,
  addSkuRoutes,
  addPackRoutes,
  addChannelRoutes,
  addListingRoutes,
  addWarehouseRoutes,
  addFloorRoutes,
  addLotRoutes,
  addTransferRoutes,
  addGoodsRoutes,
  addInboundRoutes,
  addOutboundRoutes,
  addOutboundTraceRoutes,
  addScanRoutes,
  addReturnRoutes,
  addSampleRoutes,
  addQuarantineRoutes,
  addPhotoRoutes,
  addCountRoutes,
  addCountSheetRoutes,
  addCountExplainRoutes,
  addJournalRoutes,
  addLiveRoutes,
  addSessionLiveRoutes,
  addSessionActionRoutes,
  addScreenRoutes,
  addSupplierRoutes,
  addLiveSampleRoutes,
  addImportRoutes,
  addSessionRoutes,
  addSessionLifeRoutes,
  addPrecheckRoutes,
  addReportRoutes,
  addReconciliationRoutes,
  addOddOrderRoutes,
  addReviewRoutes,
  addAnalysisRoutes,
  addPolicyRoutes,
  addRobotRoutes,
  addLiveSourceRoutes,
  addShopRoutes,
  addDemoRoutes,
  addHealthRoutes,
  addAuthorityRoutes,
];

/** The HTTP side: routes over the engine and the store's reads. It listens when its caller says so. */
export async function createApp(deps: HttpDeps): Promise<HttpApp> {
  const stopping = new AbortController();
  const context = createContext(deps, stopping.signal);
  const app = createServer(deps);
  app.setErrorHandler(createErrorHandler(deps.clock));
  addBodyParsers(app);
  addValidation(app);
  addHooks(app, context);
  await addOpenapi(app, deps.version);
  deps.accounts.register(app);
  for (const add of resources) add(app, context);
  addReference(app, context);
  await addWeb(app, deps.webDir);
  await app.ready();
  return { app, close: () => closeApp(app, context, stopping) };
}

function createServer({ log, trustProxy, clock }: HttpDeps): FastifyInstance {
  const app: FastifyInstance = Fastify({
    loggerInstance: log,
    // One logger for all: a child for each request would cost more than it tells.
    childLoggerFactory: (logger) => logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: httpLimits.bodyBytesMax,
    trustProxy: trustProxy as boolean,
    // Who comes while we stop gets a problem document, like everybody.
    return503OnClosing: false,
    forceCloseConnections: "idle",
    // A stream of events may take hours; silence ends it.
    requestTimeout: 0,
    connectionTimeout: httpLimits.silenceMsMax,
    keepAliveTimeout: httpLimits.keepAliveMs,
    http: { headersTimeout: httpLimits.headerMsMax },
    routerOptions: { maxParamLength: httpLimits.paramCharsMax },
    onProtoPoisoning: "error",
    frameworkErrors: (error, request, reply) => {
      createErrorHandler(clock)(error, request, reply);
    },
    clientErrorHandler: (error, socket) => {
      if (error.code === "ECONNRESET" || !socket.writable) socket.destroy();
      else socket.end(malformedAnswer(error.code));
    },
  });
  return app;
}

function addHooks(app: FastifyInstance, { metrics, stopping }: RouteContext): void {
  app.addHook("onRequest", (request, _reply, done) => {
    const isHealth = request.url === "/healthz" || request.url === "/readyz" || request.url === "/metrics";
    if (!stopping.aborted || isHealth) done();
    else done(new ProblemError("shutting_down", {}, { "retry-after": "1" }));
  });
  app.addHook("onResponse", (request, reply, done) => {
    metrics.onRequest(request.routeOptions.url ?? "none", reply.statusCode, reply.elapsedTime / 1_000);
    done();
  });
  // What stands in the books now must not be shown again later by a cache.
  app.addHook("onRoute", (route) => {
    if (route.method !== "GET" || !route.url.startsWith("/api/v1/")) return;
    route.onSend = [
      ...[route.onSend ?? []].flat(),
      async (_request, reply, payload) => {
        if (!reply.hasHeader("cache-control")) reply.header("cache-control", "no-store");
        return payload;
      },
    ];
  });
}

const closeIdleEveryMs = 50;

async function closeApp(
  app: FastifyInstance,
  { shops, clock, log }: RouteContext,
  stopping: AbortController,
): Promise<void> {
  stopping.abort();
  shops.closeFeeds();
  let closed = false;
  const closing = app.close().finally(() => {
    closed = true;
  });
  // A connection that falls idle after the server began to close would be waited for until it says something.
  const closeIdle = (): void => {
    if (closed) return;
    app.server.closeIdleConnections();
    clock.after(closeIdleEveryMs, closeIdle);
  };
  closeIdle();
  const callOff = clock.after(httpLimits.closeMsMax, () => {
    log.warn("some requests did not end in time; their connections are closed");
    app.server.closeAllConnections();
  });
  await closing;
  callOff();
}
