import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { FakeClock, settle } from "../../../tests/support/fake-clock.ts";
import { hostScreenDefault, newSlot, type SessionPlan } from "../../domain/live/session.ts";
import { hourMs, minuteMs } from "../../domain/live/time.ts";
import type { NewActivity } from "../../store/activities.ts";
import { MemoryStore } from "../../store/memory/store.ts";
import { Batcher } from "../batcher.ts";
import { withSession } from "./on-air.ts";
import { Sessions, type OpenSession, type Refused } from "./sessions.ts";

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const actor = "u1/小王";

describe("sessions of a shop", () => {
  let clock: FakeClock;
  let store: MemoryStore;
  let shop: number;
  const nodes: Sessions[] = [];

  const node = (): Sessions => {
    const batcher = new Batcher({ store, shop, clock, log: quiet });
    const sessions = new Sessions({ store, shop, clock, log: quiet, batcher });
    nodes.push(sessions);
    return sessions;
  };
  const planOf = (id: string, more: Partial<SessionPlan> = {}): SessionPlan => ({
    id,
    title: "双十一",
    channels: ["douyin"],
    rooms: [],
    startsAt: clock.now() + hourMs,
    endsAt: clock.now() + 5 * hourMs,
    hostScreen: hostScreenDefault,
    slots: [newSlot("a", "A1"), newSlot("b", "B2")],
    ...more,
  });
  const who = () => ({ actor, at: clock.now() });
  const note = (text: string): NewActivity => ({ at: clock.now(), actor, kind: "note", body: { text } });
  const step = (from: "draft" | "live", to: "live" | "ended"): NewActivity => {
    const name = to === "live" ? "go_live" : "end";
    return { at: clock.now(), actor, kind: "life", body: { step: name, from, to, reason: "试播" } };
  };
  const openOf = async (sessions: Sessions, id: string): Promise<OpenSession> => {
    const open = await sessions.get(id);
    assert(open !== null);
    return open;
  };

  beforeEach(async () => {
    clock = new FakeClock();
    store = new MemoryStore();
    const settings = { timeZone: "Asia/Shanghai", dayCutHour: 4, currency: "CNY", createdAt: clock.now() };
    shop = (await store.createShop({ name: "店", ...settings })).shop;
    for (const one of nodes.splice(0)) one.close();
  });

  test("a plan is saved, read by another node, and not written over by who has an older one", async () => {
    const [here, there] = [node(), node()];
    const made = await here.create(planOf("s1"), who());
    assert(made.ok && made.open.version === 1);
    const again = await here.create(planOf("s1"), who());
    assert(again.ok && again.open.version === 1 && again.open.state.seq === 1);
    const taken = await there.create(planOf("s1", { title: "别的" }), who());
    assert(!taken.ok && taken.code === "version_conflict");
    assert.equal((await openOf(there, "s1")).plan.title, "双十一");
    const saved = await there.save({ ...planOf("s1"), title: "双十二" }, 1, who());
    assert(saved.ok && saved.open.version === 2);
    const late = await here.save({ ...planOf("s1"), title: "晚了" }, 1, who());
    assert(!late.ok && late.code === "version_conflict");
    assert.equal((await openOf(here, "s1")).plan.title, "双十二");
    assert.equal(await here.get("none"), null);
    const none = await here.act("none", () => [note("x")]);
    assert(!none.ok && none.code === "unknown_session");
  });

  test("changePlan changes what is stored by now, and tells every node", async () => {
    const [here, there] = [node(), node()];
    await here.create(planOf("s1"), who());
    await openOf(there, "s1");
    const heard: string[] = [];
    there.onChange("s1", (open) => heard.push(`${open.version}/${open.plan.slots.length}`));
    await here.save({ ...planOf("s1"), slots: [newSlot("a", "A1")] }, 1, who());
    const changed = await here.changePlan(
      "s1",
      ({ plan }) => ({ ...plan, slots: [...plan.slots, newSlot("c", "C3")] }),
      actor,
    );
    assert(changed.ok && changed.open.version === 3);
    await clock.pass(1_000);
    assert.deepEqual(
      there.known("s1")?.plan.slots.map((slot) => slot.sku),
      ["A1", "C3"],
    );
    assert.equal(heard.at(-1), "3/2");
    const refused: Refused = { ok: false, code: "no", words: { zh: "不行", en: "No" } };
    assert.deepEqual(await here.changePlan("s1", () => refused, actor), refused);
    const same = await here.changePlan("s1", ({ plan }) => plan, actor);
    assert(same.ok && same.open.version === 3 && same.appended.length === 0);
  });

  test("[N7] of two nodes that act at once each decides on what the other did", async () => {
    const [here, there] = [node(), node()];
    await here.create(planOf("s1"), who());
    await openOf(there, "s1");
    const open = (sessions: Sessions) =>
      sessions.act("s1", ({ state }) =>
        state.life === "draft"
          ? [step("draft", "live")]
          : { ok: false, code: "wrong_life", words: { zh: "已开播", en: "Live already" } },
      );
    const all = await Promise.all([open(here), open(there), open(here), open(there)]);
    assert.equal(all.filter((one) => one.ok).length, 1);
    // A node that has not heard yet asks before it refuses.
    const end = await there.act("s1", ({ state }) =>
      state.life === "live"
        ? [step("live", "ended")]
        : { ok: false, code: "not_live", words: { zh: "未开播", en: "Not live" } },
    );
    assert(end.ok && end.open.state.life === "ended");
    const resumed = await here.act("s1", ({ state }) =>
      state.life === "live" ? [note("还在播")] : { ok: false, code: "not_live", words: { zh: "", en: "" } },
    );
    assert(!resumed.ok && resumed.code === "not_live");
  });

  test("whoever is beaten too often is told to come again, and nothing of it was written", async () => {
    const here = node();
    await here.create(planOf("s1"), who());
    let asked = 0;
    const always = here.act("s1", ({ state }) => {
      asked += 1;
      void store.activities.append(shop, "s1", [note("别人")], state.seq);
      return [note("我")];
    });
    await assert.rejects(always, { name: "Busy" });
    assert.equal(asked, 8);
    const texts = (await here.activities("s1", 0, 100)).map(({ body }) => ("text" in body ? body.text : ""));
    assert.equal(texts.includes("我"), false);
  });

  test("listeners hear of each change once, with what was appended, wherever it was made", async () => {
    const [here, there] = [node(), node()];
    await here.create(planOf("s1"), who());
    await openOf(there, "s1");
    const heard: number[][] = [[], []];
    const ends = [here, there].map((one, index) =>
      one.onChange("s1", (_, items) => heard[index]?.push(...items.map(({ seq }) => seq))),
    );
    await here.act("s1", () => [note("一"), note("二")]);
    await there.act("s1", () => [note("三")]);
    await clock.pass(1_000);
    assert.deepEqual(heard, [
      [2, 3, 4],
      [2, 3, 4],
    ]);
    for (const end of ends) end();
    await here.act("s1", () => [note("四")]);
    assert.deepEqual(heard[0], [2, 3, 4]);
    const nothing = await here.act("s1", () => []);
    assert(nothing.ok && nothing.open.state.seq === 5);
  });

  test("[N9] an order belongs to the session that was live on its channel at its time", async () => {
    const here = node();
    await here.create(planOf("s1", { channels: ["douyin", "taobao"] }), who());
    await here.create(planOf("s2"), who());
    assert.equal(here.liveOn("douyin"), null);
    await here.act("s1", () => [step("draft", "live")]);
    const first = clock.now();
    clock.jump(10 * minuteMs);
    await here.act("s2", () => [step("draft", "live")]);
    assert.equal(here.liveOn("douyin"), "s2");
    assert.equal(here.liveOn("taobao"), "s1");
    assert.equal(here.liveOn("jd"), null);
    assert.equal(here.liveOn("douyin", first + minuteMs), "s1");
    assert.equal(here.liveOn("douyin", first - 1), null);
    clock.jump(minuteMs);
    await here.act("s2", () => [step("live", "ended")]);
    const ended = clock.now();
    clock.jump(minuteMs);
    // What was sold before its end is still its own; after it, the other is the one that is live.
    assert.equal(here.liveOn("douyin", ended - 1), "s2");
    const order = {
      type: "observe",
      actor,
      at: clock.now(),
      channel: "douyin",
      orderId: "1",
      rank: 0,
    } as const;
    const seen = { ...order, updatedAt: clock.now(), placedAt: ended - 1, buyer: null, lines: [] };
    const liveOn = (channel: string, at: number) => here.liveOn(channel, at);
    assert.deepEqual(withSession(seen, liveOn), { ...seen, session: "s2" });
    assert.deepEqual(withSession({ ...seen, session: "x" }, liveOn), { ...seen, session: "x" });
    assert.equal(here.liveOn("douyin"), "s1");
    assert.deepEqual(
      here.live().map(({ plan }) => plan.id),
      ["s1"],
    );
  });

  test("after a restart what is live is known before anybody asks for it", async () => {
    await node().create(planOf("s1"), who());
    await nodes[0]?.act("s1", () => [step("draft", "live")]);
    const restarted = node();
    await restarted.start();
    assert.equal(restarted.liveOn("douyin"), "s1");
  });

  test("what was missed is noticed without a wake, within seconds", async () => {
    const [here, there] = [node(), node()];
    await here.create(planOf("s1"), who());
    await openOf(there, "s1");
    // Written past the store's watchers, as by a node that died before it told the others.
    const { activities } = store.state(shop);
    const known = activities.get("s1") ?? [];
    activities.set("s1", [...known, { ...note("没说"), session: "s1", seq: 2 }]);
    await settle();
    assert.equal(there.known("s1")?.state.seq, 1);
    await clock.pass(6_000);
    assert.equal(there.known("s1")?.state.seq, 2);
  });

  test("[N5] the list has the next session first and past ones last", async () => {
    const here = node();
    const at = clock.now();
    await here.create(planOf("past", { startsAt: at - 9 * hourMs, endsAt: at - 5 * hourMs }), who());
    await here.create(planOf("later", { startsAt: at + 9 * hourMs, endsAt: at + 12 * hourMs }), who());
    await here.create(planOf("next"), who());
    assert.deepEqual(
      (await here.list()).map(({ plan }) => plan.id),
      ["next", "later", "past"],
    );
    assert.equal((await here.list(2)).length, 2);
  });
});
