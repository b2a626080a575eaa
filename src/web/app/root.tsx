import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { BrowserRouter, Route, Routes } from "react-router";
import { ApiError } from "../api.ts";
import { keys } from "../feed/apply.ts";
import { Boundary } from "./boundary.tsx";
import { Gate } from "./gate.tsx";
import { Look } from "./look.tsx";
import { Splash } from "./splash.tsx";

const Host = lazy(async () => ({ default: (await import("../features/live/host-page.tsx")).HostPage }));
const Overlay = lazy(async () => ({
  default: (await import("../features/live/overlay-page.tsx")).OverlayPage,
}));
const Supplier = lazy(async () => ({
  default: (await import("../features/supplier/supplier-page.tsx")).SupplierPage,
}));
const Phone = lazy(async () => ({ default: (await import("../features/phone/phone-app.tsx")).PhoneApp }));

const PhoneReturns = lazy(async () => ({
  default: (await import("../features/returns/phone-returns.tsx")).PhoneReturns,
}));

const PhoneTransfers = lazy(async () => ({
  default: (await import("../features/floor/phone-transfers.tsx")).PhoneTransfers,
}));

const retriesMax = 2;

function makeClient(): QueryClient {
  const client = new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        // A session that ended is noticed by whichever request comes first.
        const ended = error instanceof ApiError && error.status === 401;
        if (ended && query.queryKey[0] !== keys.me[0]) void client.invalidateQueries({ queryKey: keys.me });
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        refetchOnWindowFocus: false,
        // A server on the shop's own network is reachable whatever the browser thinks of the internet.
        networkMode: "always",
        retry: (count, error) =>
          count < retriesMax && error instanceof ApiError && (error.status === 0 || error.status === 503),
        retryDelay: (count) => 400 * 2 ** count,
      },
      mutations: { networkMode: "always" },
    },
  });
  return client;
}

const client = makeClient();

export function Root() {
  return (
    <QueryClientProvider client={client}>
      <Look>
        <Boundary>
          <BrowserRouter>
            <Suspense fallback={<Splash />}>
              <Routes>
                <Route path="/supplier/:token" element={<Supplier />} />
                <Route path="/screen/:token" element={<Host />} />
                <Route path="/overlay/:token" element={<Overlay />} />
                <Route
                  path="/phone/*"
                  element={<Phone Returns={PhoneReturns} Transfers={PhoneTransfers} />}
                />
                <Route path="*" element={<Gate />} />
              </Routes>
            </Suspense>
          </BrowserRouter>
        </Boundary>
      </Look>
    </QueryClientProvider>
  );
}
