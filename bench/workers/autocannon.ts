// One reservation a request from a load generator in Node: where wrk is not there.
import autocannon from "autocannon";
import { childInput, endWithParent, say } from "../lib/child.ts";
import type { LoadAnswer, LoadInput } from "../lib/load.ts";

endWithParent();
const { port, path, key, sku, prefix, connections, seconds, perSecond } = childInput<LoadInput>();
let sent = 0;
const result = await autocannon({
  url: `http://127.0.0.1:${port}`,
  connections,
  duration: seconds,
  ...(perSecond === undefined ? {} : { overallRate: perSecond }),
  requests: [
    {
      method: "POST",
      path,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      setupRequest: (request) => {
        sent += 1;
        const id = prefix + String(sent).padStart(12, "0");
        const lines = [{ sku, quantity: 1, amount: 9_900 }];
        return { ...request, body: JSON.stringify({ channel: "douyin", orderId: id, buyer: id, lines }) };
      },
    },
  ],
});
say({
  requests: result.requests.total,
  seconds: result.duration,
  p50Ms: result.latency.p50,
  p99Ms: result.latency.p99,
  refused: result.non2xx,
  failed: result.errors + result.timeouts,
} satisfies LoadAnswer);
process.exit(0);
