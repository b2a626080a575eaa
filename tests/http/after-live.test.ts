import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { openTable } from "../../src/import/file/table.ts";
import { assertProblem, fillShop, startServer, type StoreKind, type TestServer } from "./fixture.ts";

for (const kind of ["memory", "sqlite"] as const satisfies readonly StoreKind[]) {
  void suite(`${kind}: after the live, over HTTP`, () => {
    let server: TestServer;
    let today: string;

    before(async () => {
      server = await startServer(kind);
      await fillShop(server, { "=A1": 0, B: 0 }, ["douyin", "taobao"]);
      // The stock was counted two hours ago; it is the same business day unless the day was cut since.
      const at = Date.now() - 2 * 3_600_000;
      const lines = [
        { sku: "=A1", quantity: 100, bin: "A-01" },
        { sku: "B", quantity: 50, bin: "A-02" },
      ];
      const receive = {
        type: "receive",
        key: "opening",
        warehouse: "main",
        opening: true,
        actor: "t",
      } as const;
      const shop = server.shops.all()[0]?.id ?? 0;
      // The day is cut half a day from now, whenever the test runs.
      const hour = (Math.floor(Date.now() / 3_600_000) + 8) % 24;
      await server.store.updateShop(shop, { dayCutHour: (hour + 12) % 24 });
      await server.shops.refresh();
      const [received] = await server.store.commit(shop, [{ ...receive, lines, at }], at);
      assert.equal(received?.code, "applied");
      const events = [
        { orderId: "1", stage: "paid", lines: [{ lineId: "1", sku: "=A1", quantity: 2, amount: 19_800 }] },
        { orderId: "2", stage: "pending", lines: [{ lineId: "1", sku: "B", quantity: 1, amount: 9_900 }] },
      ].map((event) => ({
        channel: "douyin",
        updatedAt: new Date(Date.now() - 30 * 60_000).toISOString(),
        ...event,
      }));
      const put = await server.ask("POST", "/api/v1/order-events", { body: events });
      assert.equal(put.status, 200, JSON.stringify(put.body));
      assert.equal(put.body.counts.applied, 2);
    });
    after(() => server.close());

    test("the day under way has a report that balances, and files of it that hold no formula of a name", async () => {
      const list = await server.ask("GET", "/api/v1/reports/days");
      assert.equal(list.status, 200, JSON.stringify(list.body));
      assert.deepEqual(list.body.items, []);
      today = list.body.today;
      const day = await server.ask("GET", `/api/v1/reports/days/${today}`);
      assert.equal(day.status, 200, JSON.stringify(day.body));
      const { totals, balanced, closed, hash, rows } = day.body;
      assert.deepEqual({ balanced, closed, hash }, { balanced: true, closed: false, hash: null });
      assert.deepEqual(
        [
          totals.opening,
          totals.received,
          totals.openingStock,
          totals.closing,
          totals.sold,
          totals.sales.amount,
        ],
        [0, 0, 150, 150, 2, 19_800],
      );
      assert.equal(rows.length, 2);

      const csv = await server.ask("GET", `/api/v1/reports/days/${today}/report.csv`);
      assert.equal(csv.status, 200);
      assert.match(csv.headers.get("content-type") ?? "", /^text\/csv/);
      assert.match(csv.body, /商品编码,商品名称/);
      assert.match(csv.body, /^'=A1,/m);
      const file = await fetch(`${server.url}/api/v1/reports/days/${today}/report.xlsx?language=en`, {
        headers: { authorization: `Bearer ${server.key}` },
      });
      assert.equal(file.status, 200);
      const bytes = Buffer.from(await file.arrayBuffer());
      const table = await openTable(bytes);
      try {
        assert.deepEqual(table.headers.slice(0, 4), ["SKU", "Name", "Category", "Opening"]);
        const cells: string[][] = [];
        for await (const batch of table.batches) cells.push(...batch.map((row) => [...row.cells]));
        assert.equal(cells[0]?.[0], "=A1");
      } finally {
        await table.close();
      }
    });

    test("[RC1] a channel's list is compared with the books, and a tap puts right what differs, once", async () => {
      const time = (minutes: number): string =>
        new Date(Date.now() + (8 * 60 + minutes) * 60_000).toISOString().slice(0, 19).replace("T", " ");
      const header = "主订单编号,子订单编号,商家编码,商品数量,订单应付金额,订单提交时间,订单状态";
      const rows = [
        ["1", "1", "'=A1", "2", "198.00", time(-1), "待发货"],
        // The books have it as pending and never heard of the third.
        ["2", "1", "B", "1", "99.00", time(-10), "待发货"],
        ["3", "1", "B", "4", "396.00", time(-20), "待发货"],
        ["4", "1", "no such", "1", "1.00", time(-20), "待发货"],
      ];
      const raw = Buffer.from(`\ufeff${[header, ...rows.map((row) => row.join(","))].join("\n")}`);
      const headers = { "content-type": "text/csv", "x-file-name": encodeURIComponent("订单.csv") };
      const where = `/api/v1/reconciliations?channel=douyin&day=${today}`;
      const made = await server.ask("POST", where, { raw, headers });
      assert.equal(made.status, 201, JSON.stringify(made.body));
      const { id, lines, matched, open, causes } = made.body;
      assert.deepEqual([lines, matched, open], [4, 1, 3], JSON.stringify(causes));
      const page = await server.ask("GET", `/api/v1/reconciliations/${id}/differences`);
      assert.equal(page.status, 200, JSON.stringify(page.body));
      assert.deepEqual(
        page.body.items.map((one: { orderId: string; cause: string }) => [one.orderId, one.cause]),
        [
          ["2", "paid_there"],
          ["3", "lost_event"],
          ["4", "unmapped"],
        ],
      );
      assert.match(page.body.items[1].words.zh, /渠道有这一单/);

      const body = { numbers: page.body.items.map((one: { number: number }) => one.number) };
      const repaired = await server.ask("POST", `/api/v1/reconciliations/${id}/repairs`, { body });
      assert.equal(repaired.status, 200, JSON.stringify(repaired.body));
      assert.deepEqual(repaired.body, { repaired: 2, unchanged: 0, failed: [] });
      const again = await server.ask("POST", `/api/v1/reconciliations/${id}/repairs`, { body });
      assert.deepEqual(again.body, { repaired: 0, unchanged: 0, failed: [] });
      const order = await server.ask("GET", "/api/v1/orders/douyin/3");
      assert.equal(order.body.lines[0].stage, "paid");
      const list = await server.ask("GET", `/api/v1/reconciliations?day=${today}`);
      assert.deepEqual(
        [list.body.items.length, list.body.items[0].open, list.body.items[0].fileName],
        [1, 1, "订单.csv"],
      );

      const after = await server.ask("POST", where, { raw, headers });
      assert.deepEqual([after.body.matched, after.body.open], [3, 1], JSON.stringify(after.body.causes));
      const night = await server.ask("GET", `/api/v1/reports/days/${today}/close`);
      assert.equal(night.status, 200, JSON.stringify(night.body));
      assert.deepEqual([night.body.channels, night.body.missingChannels], [["douyin"], []]);
      assert.equal(night.body.unexplained, 0);
    });

    test("[OD1] a buyer who orders again and again makes a case; confirmed and blocked, they buy no more", async () => {
      const lines = [{ sku: "B", quantity: 1, amount: 9_900 }];
      const order = (orderId: string, buyer: string) =>
        server.ask("POST", "/api/v1/reservations", { body: { channel: "taobao", orderId, buyer, lines } });
      for (let index = 1; index <= 5; index += 1)
        assert.equal((await order(`odd-${index}`, "黄牛一号")).status, 201);
      assert.equal((await order("fair", "老顾客")).status, 201);

      const scan = await server.ask("POST", "/api/v1/odd-orders/scans", { body: { day: today } });
      assert.equal(scan.status, 200, JSON.stringify(scan.body));
      assert.deepEqual([scan.body.odd, scan.body.newCases], [5, 1], JSON.stringify(scan.body.rules));
      const [found] = scan.body.cases;
      assert.match(found.orders[0].hits[0].words.zh, /同一买家 \d+ 分钟内 5 单同款/);
      assert.equal((await server.ask("POST", "/api/v1/odd-orders/scans", { body: {} })).body.newCases, 0);

      const where = `/api/v1/odd-orders/${encodeURIComponent(found.id)}`;
      const step = (body: object) => server.ask("POST", `${where}/steps`, { body });
      assert.equal((await step({ step: "act", action: "block" })).body.reason, "not_confirmed");
      assert.equal((await step({ step: "confirm", reason: "同一人扫货" })).body.state, "confirmed");
      assert.equal((await step({ step: "act", action: "block" })).body.measures[0].action, "block");
      assertProblem(await order("odd-6", "黄牛一号"), 409, "purchase_limit");
      assert.equal((await order("fair-2", "老顾客")).status, 201);

      const file = await server.ask("GET", `${where}/evidence.csv`);
      assert.equal(file.status, 200);
      assert.match(file.body, /B1/);
      assert.doesNotMatch(file.body, /黄牛/);
      const open = await server.ask("GET", "/api/v1/odd-orders?state=open");
      assert.deepEqual(open.body.items, []);
      assertProblem(await server.ask("GET", "/api/v1/odd-orders/none"), 404, "not_found");
    });

    test("[OD8] thresholds are tried on past orders before they are saved", async () => {
      const { body: policy } = await server.ask("GET", "/api/v1/odd-orders/policy");
      const { thresholds, points, casePoints } = policy;
      const wanted = { thresholds: { ...thresholds, manyByBuyerOrders: 6 }, points, casePoints };
      const preview = await server.ask("POST", "/api/v1/odd-orders/preview", {
        body: { policy: wanted, day: today },
      });
      assert.equal(preview.status, 200, JSON.stringify(preview.body));
      assert.deepEqual([preview.body.oddBefore, preview.body.oddAfter, preview.body.lost.length], [5, 0, 5]);
      const put = await server.ask("PUT", "/api/v1/odd-orders/policy", { body: wanted });
      assert.deepEqual(
        [put.status, put.body.thresholds.manyByBuyerOrders],
        [200, 6],
        JSON.stringify(put.body),
      );
      const bad = { ...wanted, casePoints: 0 };
      assertProblem(await server.ask("PUT", "/api/v1/odd-orders/policy", { body: bad }), 400, "invalid_body");
    });

    test("[RV1] a review is worked through step by step, with a clock, and signed under the report", async () => {
      const where = `/api/v1/reviews/day/${today}`;
      const act = (body: object) => server.ask("POST", `${where}/events`, { body });
      const begun = await act({ do: "enter", step: "orders" });
      assert.equal(begun.status, 200, JSON.stringify(begun.body));
      assert.deepEqual([begun.body.current, begun.body.next], ["orders", "orders"]);
      const steps = new Map<string, { open: number; total: number }>(
        begun.body.steps.map((step: { step: string; open: number; total: number }) => [step.step, step]),
      );
      // Another channel sold and has no list; one line of the list is open.
      assert.equal(steps.get("orders")?.open, 2);
      const detail = await server.ask("GET", `${where}/steps/orders`);
      assert.deepEqual(detail.body.missingChannels, ["taobao"], JSON.stringify(detail.body));
      assert.equal((await act({ do: "finish", step: "orders" })).body.reason, "reason_needed");
      assert.equal((await act({ do: "sign" })).body.reason, "steps_open");
      for (const [step, { open }] of steps) {
        const done = await act({ do: "finish", step, ...(open === 0 ? {} : { reason: "明天处理" }) });
        assert.equal(done.status, 200, JSON.stringify(done.body));
      }
      assert.equal((await act({ do: "sign" })).body.reason, "reason_needed");
      const signed = await act({ do: "sign", reason: "淘宝的表明天导出" });
      assert.equal(signed.status, 200, JSON.stringify(signed.body));
      assert.match(signed.body.signature.reportHash, /^[0-9a-f]{64}$/);
      assert.equal((await act({ do: "enter", step: "odd" })).body.signature.reason, "淘宝的表明天导出");
      assert.equal((await act({ do: "unsign", reason: "补一张表" })).body.signature, null);
      const reviews = await server.ask("GET", "/api/v1/reviews");
      assert.deepEqual([reviews.status, reviews.body.streak.current], [200, 0]);
      assertProblem(await server.ask("GET", "/api/v1/reviews/day/tomorrow"), 404, "not_found");
    });

    test("[RV14] each channel's deadlines are the shop's unless it has its own, at the desk and for refunds", async () => {
      const where = "/api/v1/after-live/settings";
      const first = await server.ask("GET", where);
      assert.deepEqual(first.body, {
        version: 0,
        answerHours: 48,
        shipHours: 48,
        channels: [],
        oversellCost: 0,
      });
      const channels = [{ channel: "douyin", answerHours: 12, shipHours: 24 }];
      const body = { ...first.body, channels, oversellCost: 3_000 };
      const saved = await server.ask("PUT", where, { body });
      assert.deepEqual(saved.body, { ...body, version: 1 }, JSON.stringify(saved.body));
      const stale = { ...body, shipHours: 36 };
      assertProblem(await server.ask("PUT", where, { body: stale }), 409, "version_conflict");
      const twice = { ...saved.body, channels: [...channels, ...channels] };
      assertProblem(
        await server.ask("PUT", where, { body: twice }),
        400,
        "invalid_body",
        "channels[1].channel",
      );
      const low = await server.keyFor("stock:read", "orders:write");
      assertProblem(await server.ask("PUT", where, { key: low, body: saved.body }), 403, "forbidden");

      const items = [{ code: "LATE", name: "还没到的商品" }];
      assert.equal((await server.ask("PUT", "/api/v1/skus", { body: { items } })).status, 200);
      const placedAt = new Date(Date.now() - 3_600_000).toISOString();
      const orders = ["douyin", "taobao"].map((channel) => ({
        channel,
        orderId: `late-${channel}`,
        stage: "paid",
        placedAt,
        updatedAt: placedAt,
        lines: [{ lineId: "1", sku: "LATE", quantity: 5, amount: 1, refund: "requested" }],
      }));
      assert.equal((await server.ask("POST", "/api/v1/order-events", { body: orders })).status, 200);
      const stepOf = async (step: string) =>
        (await server.ask("GET", `/api/v1/reviews/day/${today}/steps/${step}`)).body.lines.filter(
          ({ orderId }: { orderId: string }) => orderId.startsWith("late-"),
        );
      const hours = (await stepOf("shortage")).map((line: { channel: string; hoursLeft: number }) => [
        line.channel,
        Math.round(line.hoursLeft),
      ]);
      assert.deepEqual(hours.toSorted(), [
        ["douyin", 23],
        ["taobao", 47],
      ]);
      const due = (await stepOf("refunds")).map((line: { channel: string; dueAt: string }) => [
        line.channel,
        Math.round((Date.parse(line.dueAt) - Date.parse(placedAt)) / 3_600_000),
      ]);
      assert.deepEqual(due.toSorted(), [
        ["douyin", 12],
        ["taobao", 48],
      ]);
      for (const channel of ["douyin", "taobao"]) {
        const cancel = `/api/v1/reservations/${channel}/late-${channel}/cancel`;
        assert.equal((await server.ask("POST", cancel, { body: {} })).status, 200);
      }
    });

    test("[RV7][RV15] the oversell desk lists who waits, and books what was agreed and given", async () => {
      const event = {
        channel: "douyin",
        orderId: "over",
        stage: "paid",
        updatedAt: new Date().toISOString(),
        lines: [
          {
            lineId: "1",
            sku: "B",
            quantity: 60,
            amount: 60 * 9900,
          },
        ],
      };
      const put = await server.ask("POST", "/api/v1/order-events", { body: [event] });
      assert.equal(put.body.counts.shortage, 1, JSON.stringify(put.body));
      const detail = await server.ask("GET", `/api/v1/reviews/day/${today}/steps/shortage`);
      assert.equal(detail.status, 200, JSON.stringify(detail.body));
      const [line] = detail.body.lines;
      assert.deepEqual([line.orderId, line.suggested, line.name], ["over", "refund", "商品 B"]);
      const { channel, orderId, lineId, sku } = line;
      const body = { channel, orderId, lineId, sku, action: "refund", compensation: 500 };
      const booked = await server.ask("POST", "/api/v1/oversell-desk", { body });
      assert.deepEqual(
        [booked.status, booked.body.booked, booked.body.compensation],
        [200, 1, 500],
        JSON.stringify(booked.body),
      );
      const [shop] = server.shops.all();
      const given = await server.store.read.documents(shop?.id ?? 0, "compensation");
      assert.deepEqual(
        given.map(({ body: one }) => [
          (one as { orderId: string }).orderId,
          (one as { amount: number }).amount,
        ]),
        [["over", 500]],
      );
      assertProblem(await server.ask("POST", "/api/v1/oversell-desk", { body }), 404, "not_found");
      const day = await server.ask("GET", `/api/v1/reports/days/${today}`);
      assert.deepEqual([day.body.totals.closingBalance.shortage, day.body.balanced], [0, true]);
    });

    test("the analyses say nothing of days that are not over", async () => {
      const analysis = await server.ask("GET", "/api/v1/analysis?days=7");
      assert.equal(analysis.status, 200, JSON.stringify(analysis.body));
      assert.deepEqual([analysis.body.through, analysis.body.days, analysis.body.slow], [null, 7, []]);
    });

    test("a list that no profile fits, and a channel that is not there, are told", async () => {
      const headers = { "content-type": "text/csv" };
      const unknown = await server.ask("POST", "/api/v1/reconciliations?channel=douyin", {
        raw: "a,b\n1,2\n",
        headers,
      });
      assert.deepEqual(
        [unknown.status, unknown.body.code, unknown.body.headers],
        [422, "import_profile", ["a", "b"]],
      );
      const other = await server.ask("POST", "/api/v1/reconciliations?channel=none", { raw: "a\n", headers });
      assertProblem(other, 404, "not_found");
      assertProblem(await server.ask("GET", "/api/v1/reconciliations/none"), 404, "not_found");
    });

    test("a day that is not there is told", async () => {
      assertProblem(await server.ask("GET", "/api/v1/reports/days/2001-01-01"), 404, "not_found");
      assert.equal((await server.ask("GET", "/api/v1/reports/days/2001-13-01")).status, 404);
      assert.equal((await server.ask("GET", "/api/v1/reports/days/yesterday")).status, 400);
    });

    test("a session has a report while it runs", async () => {
      const [startsAt, endsAt] = [-3_600_000, 3_600_000].map((ms) => new Date(Date.now() + ms).toISOString());
      const slots = [{ id: "a", sku: "B", target: 5 }];
      const body = { id: "s1", title: "试播", startsAt, endsAt, channels: ["douyin"], slots };
      const made = await server.ask("POST", "/api/v1/sessions", { body });
      assert.equal(made.status, 201, JSON.stringify(made.body));
      const report = await server.ask("GET", "/api/v1/reports/sessions/s1");
      assert.equal(report.status, 200, JSON.stringify(report.body));
      // It includes what was oversold and refunded above.
      assert.deepEqual([report.body.oversold, report.body.oversells[0].open], [22, 0]);
      assert.equal(report.body.products[0].sku, "B");
      assert.equal(report.body.products[0].name, "商品 B");
      assertProblem(await server.ask("GET", "/api/v1/reports/sessions/none"), 404, "not_found");
    });

    test("[RC10][RC11] what no booking puts right is acknowledged; the night leaves out what was repaired", async () => {
      const time = (minutes: number): string =>
        new Date(Date.now() + (8 * 60 + minutes) * 60_000).toISOString().slice(0, 19).replace("T", " ");
      const header = "主订单编号,子订单编号,商家编码,商品数量,订单应付金额,订单提交时间,订单状态";
      const rows = [
        ["1", "1", "'=A1", "2", "300.00", time(-1), "待发货"],
        ["2", "1", "B", "1", "99.00", time(-10), "待发货"],
        ["3", "1", "B", "4", "396.00", time(-20), "待发货"],
        ["7", "1", "B", "3", "297.00", time(-20), "待发货"],
      ];
      const raw = Buffer.from(`\ufeff${[header, ...rows.map((row) => row.join(","))].join("\n")}`);
      const headers = { "content-type": "text/csv", "x-file-name": "orders.csv" };
      const made = await server.ask("POST", `/api/v1/reconciliations?channel=douyin&day=${today}`, {
        raw,
        headers,
      });
      assert.equal(made.status, 201, JSON.stringify(made.body));
      const where = `/api/v1/reconciliations/${made.body.id}`;
      const send = async (body: object): Promise<number> => {
        const { status, body: done } = await server.ask("POST", `${where}/repairs`, { body });
        assert.equal(status, 200, JSON.stringify(done));
        assert.deepEqual(done.failed, []);
        return done.repaired;
      };
      const stand = async () => {
        const { body } = await server.ask("GET", where);
        const causes = body.causes as readonly { cause: string; open: number }[];
        const openOf = (cause: string) => causes.find((one) => one.cause === cause)?.open;
        return [body.open, openOf("higher_there"), openOf("lost_event")];
      };
      /** Units that the channel has to send, less those of the books; and whether a lost line is among the causes. */
      const apart = async (): Promise<readonly [number, boolean]> => {
        const { body } = await server.ask("GET", `/api/v1/reports/days/${today}/close`);
        const row = body.rows.find(({ sku }: { sku: string }) => sku === "B");
        const causes = row.differences.map(({ cause }: { cause: string }) => cause);
        return [row.channelOff, causes.includes("lost_event")];
      };
      const [off, isLost] = await apart();
      assert.ok(isLost);
      const { open } = made.body;
      assert.deepEqual(await stand(), [open, 1, 1]);

      // Each deed has its own lines: a lost one is not waved through, and nothing is booked of an amount.
      assert.equal(await send({ cause: "lost_event", deed: "acknowledge" }), 0);
      assert.equal(await send({ cause: "higher_there" }), 0);
      assert.equal(await send({ cause: "higher_there", deed: "acknowledge" }), 1);
      assert.equal(await send({ cause: "higher_there", deed: "acknowledge" }), 0);
      assert.deepEqual(await stand(), [open - 1, 0, 1]);
      const seen = await server.ask("GET", `${where}/differences?cause=higher_there`);
      const [line] = seen.body.items;
      assert.deepEqual([line.acknowledgeable, line.repairable], [true, false]);
      assert.match(line.repairedAt, /Z$/);
      assert.notEqual(line.repairedBy, null);
      const order = await server.ask("GET", "/api/v1/orders/douyin/1");
      assert.equal(order.body.lines[0].amount, 19_800);

      assert.equal(await send({ cause: "lost_event" }), 1);
      assert.deepEqual(await stand(), [open - 2, 0, 0]);
      assert.deepEqual(await apart(), [off - 3, false]);
    });
  });
}
