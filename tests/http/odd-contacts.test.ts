import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import {
  assertProblem,
  fillShop,
  startServer,
  type Answer,
  type StoreKind,
  type TestServer,
} from "./fixture.ts";

const phone = "13912345678";
const address = "广东省深圳市宝安区福永街道凤凰山大道99号";
const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

function event(orderId: string, more: object = {}): object {
  const lines = [{ sku: "A", quantity: 1, amount: 9_900 }];
  return {
    channel: "douyin",
    orderId,
    updatedAt: minutesAgo(10),
    stage: "paid",
    buyer: orderId,
    lines,
    ...more,
  };
}

for (const kind of ["memory", "sqlite"] as const satisfies readonly StoreKind[]) {
  void suite(`${kind}: phones and addresses of orders`, () => {
    let server: TestServer;
    const shopId = (): number => server.shops.all()[0]?.id ?? 0;
    before(async () => {
      server = await startServer(kind);
      await fillShop(server, { A: 500, B: 500 });
      // The day is cut half a day from now, whenever the test runs.
      const hour = (Math.floor(Date.now() / 3_600_000) + 8) % 24;
      await server.store.updateShop(shopId(), { dayCutHour: (hour + 12) % 24 });
      await server.shops.refresh();
    });
    after(() => server.close());

    const sidesOf = (...orderIds: string[]) => server.store.orderSides.of(shopId(), "douyin", orderIds);
    const scan = (): Promise<Answer> => server.ask("POST", "/api/v1/odd-orders/scans", { body: {} });

    test("[OD10] orders of many buyers to one phone are one case; the phone itself is nowhere", async () => {
      const events = [1, 2, 3, 4, 5].map((n) => event(`p${n}`, { phone: n === 1 ? `+86 ${phone}` : phone }));
      const put = await server.ask("POST", "/api/v1/order-events", { body: [...events, event("alone")] });
      assert.equal(put.body.counts.applied, 6, JSON.stringify(put.body));
      const { body } = await scan();
      assert.equal(body.newCases, 1, JSON.stringify(body));
      const [found] = body.cases;
      assert.deepEqual(found.totals.rules, ["many_by_phone"]);
      assert.equal(found.orders.length, 5);
      const sides = await sidesOf("p1", "p2", "alone");
      assert.equal(sides.length, 2);
      assert.equal(sides[0]?.phone, sides[1]?.phone);
      const everything = [JSON.stringify(sides), JSON.stringify(body), server.logged.join("")].join("\n");
      assert.ok(!everything.includes(phone));
    });

    test("[OD10] a stream says addresses too; each line is answered, and its address is kept by then", async () => {
      const lines = [1, 2, 3, 4, 5, 6].map((n) => JSON.stringify(event(`s${n}`, { address })));
      const answer = await server.ask("POST", "/api/v1/order-events", {
        raw: Buffer.from(`${lines.join("\n")}\n${JSON.stringify(event("s7", { address: 5 }))}\n`),
        headers: { "content-type": "application/x-ndjson" },
      });
      const results = String(answer.body).trim().split("\n");
      assert.equal(results.length, 7);
      assert.match(results[6] ?? "", /"path":"address"/);
      const sides = await sidesOf("s1", "s6", "s7");
      assert.equal(sides.length, 2);
      assert.deepEqual(
        { ...sides[0], orderId: "", address: "" },
        {
          channel: "douyin",
          orderId: "",
          phone: null,
          address: "",
          addressChars: 12,
          marks: [],
          province: "广东",
          city: "深圳市",
          paidAt: null,
        },
      );
      const { body } = await scan();
      const rules = body.cases.map((one: { totals: { rules: string[] } }) => one.totals.rules.join());
      assert.ok(rules.includes("many_by_address"), JSON.stringify(rules));
    });

    test("[OD10] an interactive order's contact is kept with it; one that is refused leaves nothing", async () => {
      const ask = (orderId: string, quantity: number) =>
        server.ask("POST", "/api/v1/reservations", {
          body: { channel: "douyin", orderId, phone, address: "x", lines: [{ sku: "B", quantity }] },
        });
      assert.equal((await ask("r1", 1)).status, 201);
      assertProblem(await ask("r2", 100_000), 409, "insufficient_stock");
      const sides = await sidesOf("r1", "r2");
      assert.deepEqual(
        sides.map(({ orderId, marks }) => [orderId, marks]),
        [["r1", ["short", "impossible"]]],
      );
    });

    test("[OD10] the shop's list of forwarders is its own: a whole address finds past orders, a word the next", async () => {
      const { body: policy } = await server.ask("GET", "/api/v1/odd-orders/policy");
      assert.deepEqual(policy.forwarders, []);
      const { thresholds, points, casePoints } = policy;
      const forwarders = ["广东省深圳市宝安区福永街道凤凰山大道99号", " "];
      const bad = { thresholds, points, casePoints, forwarders };
      assertProblem(await server.ask("PUT", "/api/v1/odd-orders/policy", { body: bad }), 400, "invalid_body");
      const wanted = { ...bad, forwarders: [forwarders[0]] };
      const preview = await server.ask("POST", "/api/v1/odd-orders/preview", { body: { policy: wanted } });
      const rule = preview.body.rules.find((one: { rule: string }) => one.rule === "address_forwarding");
      assert.deepEqual([rule.before, rule.after], [0, 6]);
      const put = await server.ask("PUT", "/api/v1/odd-orders/policy", { body: wanted });
      assert.deepEqual(put.body.forwarders, wanted.forwarders);
      // What is not said stays.
      const again = await server.ask("PUT", "/api/v1/odd-orders/policy", {
        body: { thresholds, points, casePoints },
      });
      assert.deepEqual(again.body.forwarders, wanted.forwarders);
      const { body } = await scan();
      const hits = body.rules.find((one: { rule: string }) => one.rule === "address_forwarding");
      assert.equal(hits.orders, 6);
    });

    test("[OD6] a held case shows on its orders; a capped or blocked buyer is refused", async () => {
      const { body } = await server.ask("GET", "/api/v1/odd-orders?state=open");
      const found = body.items.find((one: { totals: { rules: string[] } }) =>
        one.totals.rules.includes("many_by_phone"),
      );
      const step = (body: object) =>
        server.ask("POST", `/api/v1/odd-orders/${encodeURIComponent(found.id)}/steps`, { body });
      const holdOf = async (orderId: string) =>
        (await server.ask("GET", `/api/v1/orders/douyin/${orderId}`)).body.hold;
      assert.equal(await holdOf("p1"), null);
      assert.equal((await step({ step: "act", action: "hold" })).status, 200);
      assert.deepEqual({ ...(await holdOf("p1")), at: "" }, { case: found.id, at: "", by: "key:test" });
      assert.equal(await holdOf("alone"), null);
      const order = (orderId: string, quantity: number) =>
        server.ask("POST", "/api/v1/reservations", {
          body: { channel: "douyin", orderId, buyer: "p1", lines: [{ sku: "B", quantity }] },
        });
      assert.equal((await step({ step: "confirm", reason: "黄牛" })).status, 200);
      assert.equal((await step({ step: "act", action: "cap", units: 2 })).status, 200);
      assertProblem(await order("c1", 3), 409, "purchase_limit");
      assert.equal((await order("c2", 2)).status, 201);
      assert.equal((await step({ step: "act", action: "block" })).status, 200);
      assertProblem(await order("c3", 1), 409, "purchase_limit");
      for (const file of ["evidence.csv", "evidence.xlsx"]) {
        const answer = await server.ask("GET", `/api/v1/odd-orders/${encodeURIComponent(found.id)}/${file}`);
        assert.equal(answer.status, 200);
        assert.ok(!String(answer.body).includes(phone));
      }
      assert.equal((await step({ step: "reopen", reason: "再看看" })).status, 200);
      assert.equal((await step({ step: "clear", reason: "是公司团购" })).status, 200);
      assert.equal(await holdOf("p1"), null);
    });

    test("a list of orders brings phones and addresses, and only their keys are kept", async () => {
      const head =
        "主订单编号,子订单编号,商家编码,商品数量,订单提交时间,支付完成时间,订单状态,收件人手机号,详细地址,省";
      // By the clock of Shanghai.
      const at = minutesAgo(30 - 8 * 60)
        .slice(0, 16)
        .replace("T", " ");
      const rows = [1, 2].map(
        (n) =>
          `i${n},i${n}-1,A,1,${at}:00,${at}:30,待发货,${phone},深圳市宝安区福永街道凤凰山大道99号,广东省`,
      );
      const sent = await server.ask("POST", "/api/v1/imports?kind=orders", {
        raw: Buffer.from([head, ...rows].join("\n")),
        headers: { "content-type": "application/octet-stream", "x-file-name": "orders.csv" },
      });
      assert.equal(sent.status, 201, JSON.stringify(sent.body));
      assert.equal(sent.body.profile.name, "douyin-orders");
      const run = async (step: string): Promise<void> => {
        await server.ask("POST", `/api/v1/imports/${sent.body.id}/${step}`, { body: {} });
        for (;;) {
          const { state } = (await server.ask("GET", `/api/v1/imports/${sent.body.id}`)).body;
          if (state === "checking" || state === "applying") continue;
          assert.equal(state, step === "apply" ? "applied" : "checked");
          return;
        }
      };
      await run("dry-run");
      assert.deepEqual(await sidesOf("i1"), []);
      await run("apply");
      const [listed, streamed, told] = [await sidesOf("i1", "i2"), await sidesOf("s1"), await sidesOf("p1")];
      assert.equal(listed.length, 2);
      assert.equal(listed[0]?.address, streamed[0]?.address);
      assert.equal(listed[0]?.phone, told[0]?.phone);
      assert.notEqual(listed[0]?.paidAt, null);
      const { body } = await scan();
      const rule = body.rules.find((one: { rule: string }) => one.rule === "address_forwarding");
      assert.equal(rule.orders, 8);
    });
  });
}
