import type { Acknowledgement } from "../../domain/live/alert.ts";
import { nextTranche } from "../../domain/live/drip.ts";
import { movePointer } from "../../domain/live/life.ts";
import type { ActionId } from "../../domain/live/playbook.ts";
import { newSlot, plannedSkus, sessionLimits, type Slot } from "../../domain/live/session.ts";
import { hourMs } from "../../domain/live/time.ts";
import { skuKey } from "../../domain/text.ts";
import type { NewActivity } from "../../store/activities.ts";
import { tell } from "../notify/notice.ts";
import type { Acted, OpenSession } from "../sessions/sessions.ts";
import { changeSku, putTerms, type By } from "./commands.ts";
import { shortenHolds, type ShortenHolds } from "./holds.ts";
import type { LiveEngine } from "./live.ts";
import { sessionNotice } from "./notices.ts";
import { isRefused, refuse, type Refused } from "./refuse.ts";
import { stockOfRows, type SkuStock } from "./stock.ts";
import { askSupplier } from "./supplier.ts";
import { isCapped } from "./terms.ts";

/** A button of a playbook, with what it needs. SKUs as people write them. */
export type Action = { readonly alert?: string } & (
  | { readonly action: "tell_host"; readonly text: string }
  | { readonly action: "switch_product"; readonly slot?: string; readonly sku?: string }
  | { readonly action: "extend_slot"; readonly slot: string; readonly minutes: number }
  | { readonly action: "show_again"; readonly sku: string }
  | {
      readonly action: "ask_supplier";
      readonly sku: string;
      readonly supplier: string;
      readonly units?: number | null;
    }
  | { readonly action: "cap_buyer"; readonly sku: string; readonly limit: number | null }
  | { readonly action: "set_buffer"; readonly sku: string; readonly units: number }
  | { readonly action: "sample_orders"; readonly on: boolean }
  | { readonly action: "drip_release"; readonly slot: string; readonly tranche?: string }
  | { readonly action: "stop_sell"; readonly sku: string }
  | { readonly action: "stop_sell_confirm"; readonly sku: string; readonly channel: string }
  | { readonly action: "stop_sell_lift"; readonly sku: string; readonly reason: string }
  | ({ readonly action: "shorten_holds" } & ShortenHolds)
  | { readonly action: "lower_price"; readonly sku: string; readonly price: number }
  | { readonly action: "close_request"; readonly request: string; readonly received: number }
  | {
      readonly action:
        | "got_it"
        | "adjust_plan"
        | "view_holders"
        | "view_orders"
        | "check_connector"
        | "open_host_screen";
      readonly note?: string;
    }
);

/** What an action did: in a word for the timeline, and what the caller is given. */
interface Did {
  readonly detail: string;
  readonly url?: string;
}

export interface ActionDone {
  readonly activity: number;
  readonly url?: string;
}

type Of<Name extends Action["action"]> = Extract<Action, { readonly action: Name }>;

/** Steps that stand in the timeline by what they did themselves. */
const ownEntries: readonly string[] = ["stop_sell_confirm", "stop_sell_lift", "close_request"];

/** What people do during a session. Each does what it says, and stands in the timeline with who did it. */
export class Actions {
  readonly #engine: LiveEngine;

  constructor(engine: LiveEngine) {
    this.#engine = engine;
  }

  async perform(session: string, action: Action, by: By): Promise<ActionDone | Refused> {
    const open = await this.#shop.sessions.get(session);
    if (open === null) return refuse("unknown_session", "没有这个场次", "There is no such session");
    if (action.alert !== undefined && !open.state.alerts.has(action.alert))
      return refuse("conflict", "这条预警已经结束", "This alert is over");
    const did = await this.#do(open, action, by);
    if (isRefused(did)) return did;
    const acted = await this.#shop.sessions.act(session, ({ state }) => stepOf(state, action, did, by));
    if (!acted.ok) return acted;
    const { url } = did;
    return { activity: acted.open.state.seq, ...(url === undefined ? {} : { url }) };
  }

  #do(open: OpenSession, action: Action, by: By): Promise<Did | Refused> {
    switch (action.action) {
      case "tell_host":
        return this.#tellHost(open, action, by);
      case "switch_product":
        return this.#switch(open, action, by);
      case "extend_slot":
        return this.#extend(open, action, by);
      case "show_again":
        return this.#showAgain(open, action, by);
      case "ask_supplier":
        return this.#askSupplier(open, action, by);
      case "cap_buyer":
        return this.#capBuyer(open, action, by);
      case "set_buffer":
        return this.#setBuffer(open, action, by);
      case "sample_orders":
        return this.#sample(open, action, by);
      case "drip_release":
        return this.#release(open, action, by);
      case "stop_sell":
        return this.#stopSell(open, action, by);
      case "stop_sell_confirm":
        return this.#confirmStop(open, action, by);
      case "stop_sell_lift":
        return this.#liftStop(open, action, by);
      case "shorten_holds":
        return this.#shortenHolds(open, action, by);
      case "lower_price":
        return this.#lowerPrice(open, action, by);
      case "close_request":
        return this.#closeRequest(open, action, by);
      case "got_it":
      case "adjust_plan":
      case "view_holders":
      case "view_orders":
      case "check_connector":
      case "open_host_screen":
        return Promise.resolve({ detail: action.note?.trim() ?? "" });
    }
  }

  async #tellHost(open: OpenSession, { text, alert }: Of<"tell_host">, by: By): Promise<Did | Refused> {
    const said = text.trim();
    const message = this.#engine.options.clock.random(8);
    return this.#append(open, said, () => [
      { kind: "host_message", ...by, body: { message, text: said, alert: alert ?? null } },
    ]);
  }

  /** To a slot of the run-of-show, or to a product that is put in right after the one that is on. */
  async #switch(open: OpenSession, { slot, sku }: Of<"switch_product">, by: By): Promise<Did | Refused> {
    if ((slot === undefined) === (sku === undefined))
      return refuse("conflict", "请给出 slot 或 sku，二选一", "Give either slot or sku");
    if (open.state.life !== "live") return notLive();
    let target = slot ?? "";
    if (sku !== undefined) {
      const stock = await this.#stock(sku);
      if (isRefused(stock)) return stock;
      target = this.#engine.options.clock.random(6);
      const added = await this.#shop.sessions.changePlan(
        open.plan.id,
        ({ plan, state }) => {
          if (plan.slots.length >= sessionLimits.slotsMax) return tooManySlots();
          const index = plan.slots.findIndex((one) => one.id === state.pointer?.slot);
          return {
            ...plan,
            slots: plan.slots.toSpliced(index + 1, 0, likeBefore(plan.slots, target, stock.sku)),
          };
        },
        by.actor,
      );
      if (!added.ok) return added;
    }
    return this.#append(open, target, ({ plan, state }) => {
      const move = movePointer(plan, state.life, state.pointer?.slot ?? null, { by: "tap", slot: target });
      if (!move.ok) return { ok: false, code: move.code, words: move.words };
      return move.moved ? [{ kind: "pointer", ...by, body: { slot: move.slot, by: "tap" } }] : [];
    });
  }

  async #extend(open: OpenSession, { slot, minutes }: Of<"extend_slot">, by: By): Promise<Did | Refused> {
    const changed = await this.#shop.sessions.changePlan(
      open.plan.id,
      ({ plan }) => {
        if (!plan.slots.some((one) => one.id === slot)) return unknownSlot();
        const longer = (one: Slot): number => Math.min(sessionLimits.slotMinutesMax, one.minutes + minutes);
        return {
          ...plan,
          slots: plan.slots.map((one) => (one.id === slot ? { ...one, minutes: longer(one) } : one)),
        };
      },
      by.actor,
    );
    return changed.ok ? { detail: `${slot} +${minutes} min` } : changed;
  }

  /** 返场: once more at the end, on the terms of its last slot. */
  async #showAgain(open: OpenSession, { sku }: Of<"show_again">, by: By): Promise<Did | Refused> {
    const stock = await this.#stock(sku);
    if (isRefused(stock)) return stock;
    const id = this.#engine.options.clock.random(6);
    const changed = await this.#shop.sessions.changePlan(
      open.plan.id,
      ({ plan }) =>
        plan.slots.length >= sessionLimits.slotsMax
          ? tooManySlots()
          : { ...plan, slots: [...plan.slots, likeBefore(plan.slots, id, stock.sku)] },
      by.actor,
    );
    return changed.ok ? { detail: stock.code } : changed;
  }

  async #askSupplier(open: OpenSession, action: Of<"ask_supplier">, by: By): Promise<Did | Refused> {
    const stock = await this.#stock(action.sku);
    if (isRefused(stock)) return stock;
    const { sku } = stock;
    const supplier = action.supplier.trim();
    const units = action.units ?? null;
    const link = await askSupplier(this.#engine.options, open.plan.id, { sku, supplier, units }, by);
    if (isRefused(link)) return link;
    const { request, expiresAt } = link;
    const done = await this.#append(open, supplier, () => [
      { kind: "supplier_asked", ...by, sku, body: { request, supplier, units, expiresAt } },
    ]);
    return isRefused(done) ? done : { ...done, url: link.url };
  }

  async #capBuyer(open: OpenSession, { sku, limit }: Of<"cap_buyer">, by: By): Promise<Did | Refused> {
    const stock = await this.#stock(sku);
    if (isRefused(stock)) return stock;
    const { startsAt, endsAt } = open.plan;
    const limitHours = Math.max(1, Math.ceil((endsAt - startsAt) / hourMs));
    const set = limit === null ? { limitPerBuyer: null } : { limitPerBuyer: limit, limitHours };
    return this.#terms(open, stock, set, limit === null ? "—" : String(limit), by);
  }

  async #setBuffer(open: OpenSession, { sku, units }: Of<"set_buffer">, by: By): Promise<Did | Refused> {
    const stock = await this.#stock(sku);
    if (isRefused(stock)) return stock;
    const done = await this.#terms(open, stock, { bufferUnits: units }, String(units), by);
    // Under an allotment or a drip release the buffer also holds the cap: it is set again at once.
    if (!isRefused(done) && isCapped(open.plan, stock.sku)) await this.#keepBuffers(open, by);
    return done;
  }

  async #lowerPrice(open: OpenSession, { sku, price }: Of<"lower_price">, by: By): Promise<Did | Refused> {
    const stock = await this.#stock(sku);
    if (isRefused(stock)) return stock;
    return this.#terms(open, stock, { price }, `${stock.price} → ${price}`, by);
  }

  async #terms(
    open: OpenSession,
    stock: SkuStock,
    set: Parameters<typeof putTerms>[3]["set"],
    detail: string,
    by: By,
  ): Promise<Did | Refused> {
    const acted = await putTerms(this.#shop, open.plan.id, stock, { set }, by);
    return acted.ok ? { detail: `${stock.code}: ${detail}` } : acted;
  }

  #sample(open: OpenSession, { on }: Of<"sample_orders">, by: By): Promise<Did | Refused> {
    return this.#append(open, on ? "on" : "off", ({ state }) => {
      if (state.life !== "live") return notLive();
      return state.sampling === on ? [] : [{ kind: "sampling", ...by, body: { on, by: "hand" } }];
    });
  }

  async #release(open: OpenSession, action: Of<"drip_release">, by: By): Promise<Did | Refused> {
    let detail = "";
    const done = await this.#append(open, "", ({ plan, state }) => {
      if (state.life !== "live") return notLive();
      const slot = plan.slots.find((one) => one.id === action.slot);
      if (slot === undefined) return unknownSlot();
      const released = state.released.get(slot.id) ?? [];
      const { tranche } = action;
      const next =
        tranche === undefined
          ? nextTranche(slot.tranches, released)
          : slot.tranches.find((one) => one.id === tranche);
      if (next === null || next === undefined)
        return refuse("conflict", "没有可以放的下一批了", "There is no further part to release");
      detail = `${next.id}: ${next.units}`;
      if (released.some((one) => one.tranche === next.id)) return [];
      const body = { slot: slot.id, tranche: next.id, units: next.units };
      return [{ kind: "tranche_released", ...by, sku: slot.sku, body }];
    });
    if (isRefused(done)) return done;
    await this.#keepBuffers(open, by);
    return { detail };
  }

  /** Strict selling is closed at once; then the channels are confirmed one by one. */
  async #stopSell(open: OpenSession, { sku }: Of<"stop_sell">, by: By): Promise<Did | Refused> {
    const stock = await this.#stock(sku);
    if (isRefused(stock)) return stock;
    const refused = await changeSku(this.#shop, { sku: stock.sku, selling: false }, by);
    if (refused !== null) return refused;
    const { store } = this.#engine.options;
    const { plan } = open;
    await tell(
      store,
      this.#shop.id,
      sessionNotice(plan, {
        topic: "stop_sell",
        key: `${plan.id}/stop/${stock.sku}/${by.at}`,
        severity: 3,
        title: { zh: `全渠道下架：${stock.name}`, en: `Take it down everywhere: ${stock.name}` },
        text: {
          zh: `${stock.code} 已停止直接销售。请逐个渠道下架并确认：\n${plan.channels.map((one) => `- ${one}`).join("\n")}`,
          en: `Direct selling of ${stock.code} is stopped. Take it down on each channel and confirm:\n${plan.channels.map((one) => `- ${one}`).join("\n")}`,
        },
        at: by.at,
      }),
    );
    return this.#append(open, stock.code, ({ plan: now, state }) =>
      state.stops.has(stock.sku)
        ? []
        : [{ kind: "stop_sell", ...by, sku: stock.sku, body: { channels: now.channels } }],
    );
  }

  #confirmStop(open: OpenSession, { sku, channel }: Of<"stop_sell_confirm">, by: By): Promise<Did | Refused> {
    const key = skuKey(sku);
    return this.#append(open, channel, ({ state }) => {
      const stop = state.stops.get(key);
      const waiting = stop?.channels.find((one) => one.channel === channel);
      if (waiting === undefined)
        return refuse("conflict", "这个商品没有在这个渠道下架", "It is not being taken down on this channel");
      return waiting.confirmedAt === null
        ? [{ kind: "stop_sell_confirmed", ...by, sku: key, body: { channel } }]
        : [];
    });
  }

  async #liftStop(open: OpenSession, { sku, reason }: Of<"stop_sell_lift">, by: By): Promise<Did | Refused> {
    const key = skuKey(sku);
    if (!open.state.stops.has(key))
      return refuse("conflict", "这个商品没有下架", "It has not been taken down");
    const refused = await changeSku(this.#shop, { sku: key, selling: true }, by);
    if (refused !== null) return refused;
    return this.#append(open, reason, ({ state }) =>
      state.stops.has(key) ? [{ kind: "stop_sell_lifted", ...by, sku: key, body: { reason } }] : [],
    );
  }

  async #shortenHolds(open: OpenSession, shorter: Of<"shorten_holds">, by: By): Promise<Did | Refused> {
    if (open.state.life !== "live")
      return refuse("conflict", "开播之后才能缩短付款时限", "The time to pay is shortened while on the air");
    const done = await shortenHolds(this.#engine.options, open.plan.id, shorter, by);
    if (isRefused(done)) return done;
    const { channel, minutes, forMinutes } = shorter;
    const back = forMinutes === undefined ? "" : `, ${forMinutes} min`;
    return { detail: `${channel}: ${done.before} → ${minutes} min${back}` };
  }

  #closeRequest(open: OpenSession, action: Of<"close_request">, by: By): Promise<Did | Refused> {
    const { request, received } = action;
    return this.#append(open, request, ({ state }) => {
      const known = state.requests.get(request);
      if (known === undefined) return refuse("conflict", "这个补货请求已经结束", "This request is over");
      const sku = known.sku === null ? {} : { sku: known.sku };
      return [{ kind: "supplier_closed", ...by, ...sku, body: { request, received } }];
    });
  }

  /** A product as it stands: of the plan or not, for a person may act on any. */
  async #stock(code: string): Promise<SkuStock | Refused> {
    const row = await this.#engine.options.store.read.sku(this.#shop.id, skuKey(code));
    return row === null
      ? refuse("conflict", `没有商品 ${code}`, `There is no SKU ${code}`)
      : stockOfRows(row);
  }

  async #keepBuffers({ plan }: OpenSession, by: By): Promise<void> {
    if (!plannedSkus(plan).some((sku) => isCapped(plan, sku))) return;
    const looked = await this.#engine.runtime(plan.id).look();
    if (looked !== null) await this.#engine.chores.keepBuffers(looked, by);
  }

  async #append(
    open: OpenSession,
    detail: string,
    decide: (open: OpenSession) => readonly NewActivity[] | Refused,
  ): Promise<Did | Refused> {
    const acted: Acted = await this.#shop.sessions.act(open.plan.id, decide);
    return acted.ok ? { detail } : acted;
  }

  get #shop() {
    return this.#engine.options.shop;
  }
}

/** What every action leaves in the timeline: the step, and that somebody has taken the alert. */
function stepOf(
  state: OpenSession["state"],
  { action, alert }: Pick<Action, "action" | "alert">,
  { detail }: Did,
  { actor, at }: By,
): readonly NewActivity[] {
  const entries: NewActivity[] = [];
  const known = alert === undefined ? undefined : state.alerts.get(alert);
  const sku = known?.sku === null || known === undefined ? {} : { sku: known.sku };
  if (known !== undefined && known.acknowledged === null) {
    const acknowledgement: Acknowledgement = { by: actor, at, action };
    entries.push({
      kind: "alert_acknowledged",
      at,
      actor,
      ...sku,
      body: { alert: known.id, acknowledgement },
    });
  }
  if (!isOwnEntry(action))
    entries.push({
      kind: "playbook_step",
      at,
      actor,
      ...sku,
      body: { action, alert: alert ?? null, detail },
    });
  return entries;
}

function isOwnEntry(action: Action["action"]): action is Exclude<Action["action"], ActionId> {
  return ownEntries.includes(action);
}

/** A new slot of a product, on the terms of its last one; a drip release and an allotment are not given twice. */
function likeBefore(slots: readonly Slot[], id: string, sku: string): Slot {
  const last = slots.findLast((slot) => slot.sku === sku);
  return last === undefined ? newSlot(id, sku) : { ...last, id, target: null, allotment: null, tranches: [] };
}

function notLive(): Refused {
  return refuse("not_live", "开播以后才能这样做", "This can be done once the session is live");
}

function unknownSlot(): Refused {
  return refuse("unknown_slot", "排品里没有这一项", "The run-of-show has no such slot");
}

function tooManySlots(): Refused {
  return refuse("conflict", "排品已满", "The run-of-show is full");
}
