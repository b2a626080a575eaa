import { noticeOf, robotOf, type RobotRecord } from "../engine/notify/notice.ts";
import type { Seal } from "../engine/notify/seal.ts";
import type { Document, Instant } from "../domain/rows.ts";
import type { DeliveryRow } from "../store/deliveries.ts";
import type { ShopId, Store } from "../store/store.ts";
import type { Fault } from "./check.ts";
import { guardedFetch, type Fetch, type Resolve } from "./net/guarded-fetch.ts";
import type { NetPolicy } from "./net/policy.ts";
import { Robots } from "./robots/registry.ts";
import { failed, type Alarm, type Delivery, type RobotDescription } from "./robots/robot.ts";
import type { VapidKeys } from "./robots/web-push.ts";

export interface NotifierOptions {
  readonly store: Pick<Store, "commit"> & { readonly read: Pick<Store["read"], "document"> };
  readonly seal: Seal;
  readonly clock: { now(): Instant };
  readonly policy: NetPolicy;
  /** The address people use; null: messages carry no link. */
  readonly baseUrl: string | null;
  /** Resolves names of hosts; the system's way when it is left out. */
  readonly resolve?: Resolve;
}

const vapidKind = "vapid";
const vapidId = "shop";
/** Whom a push service would ask when there is no address of our own: it must be a URL. */
const vapidSubjectDefault = "https://zaiku.dev";

/** Between what a shop has set up and the robots: opens sealed configurations, and sends. */
export class Notifier {
  readonly #options: NotifierOptions;
  readonly #fetch: Fetch;
  /** One set of robots for each shop: push keys are a shop's own, and rates are counted as long as it lives. */
  readonly #robots = new Map<ShopId, Promise<{ robots: Robots; vapid: VapidKeys }>>();

  constructor(options: NotifierOptions) {
    this.#options = options;
    this.#fetch = guardedFetch(options.policy, options.resolve);
  }

  /** The public key that a browser subscribes with. */
  async pushKey(shop: ShopId): Promise<string> {
    return (await this.#of(shop)).vapid.publicKey;
  }

  /** What is wrong with a configuration as a person entered it, or null. */
  async faultOf(shop: ShopId, kind: string, configuration: unknown): Promise<Fault | null> {
    const { robots } = await this.#of(shop);
    const opened = robots.open(kind, configuration);
    return opened.ok ? null : opened.fault;
  }

  sealed(configuration: unknown): string {
    return this.#options.seal.seal(JSON.stringify(configuration));
  }

  /** The configuration as it was entered, with its secrets: never for an answer. */
  configurationOf(record: RobotRecord): unknown {
    return JSON.parse(this.#options.seal.open(record.sealed)) as unknown;
  }

  /** Where it leads, secrets masked; null: it cannot be opened any more. */
  async description(shop: ShopId, record: RobotRecord): Promise<RobotDescription | null> {
    const robot = await this.#open(shop, record);
    return robot?.description() ?? null;
  }

  /** One attempt. Never rejects. */
  async deliver(shop: ShopId, robot: Document | null, row: DeliveryRow, now: Instant, signal: AbortSignal) {
    if (robot === null || !robotOf(robot).active)
      return failed("gone", "这个接收方已停用", "this receiver has been switched off");
    const notice = noticeOf(row.payload);
    const { language } = robotOf(robot);
    const { baseUrl } = this.#options;
    return this.send(
      shop,
      robotOf(robot),
      {
        id: row.message,
        title: notice.title[language],
        text: notice.text[language],
        severity: notice.severity,
        at: notice.at,
        ...(baseUrl === null ? {} : { link: new URL(notice.link, baseUrl).href }),
      },
      now,
      signal,
    );
  }

  async send(
    shop: ShopId,
    record: RobotRecord,
    alarm: Alarm,
    now: Instant,
    signal: AbortSignal,
  ): Promise<Delivery> {
    const robot = await this.#open(shop, record);
    if (robot === null)
      return failed(
        "bad_credentials",
        "配置打不开了（服务器密钥换过？），请重新填写",
        "its configuration cannot be opened (another secret?): enter it again",
      );
    return robot.send(alarm, { now, fetch: this.#fetch, signal });
  }

  async #open(shop: ShopId, record: RobotRecord) {
    const { robots } = await this.#of(shop);
    let configuration: unknown;
    try {
      configuration = this.configurationOf(record);
    } catch {
      return null;
    }
    const opened = robots.open(record.kind, configuration);
    return opened.ok ? opened.robot : null;
  }

  #of(shop: ShopId): Promise<{ robots: Robots; vapid: VapidKeys }> {
    const known = this.#robots.get(shop);
    if (known !== undefined) return known;
    const made = this.#make(shop);
    this.#robots.set(shop, made);
    made.catch(() => this.#robots.delete(shop));
    return made;
  }

  async #make(shop: ShopId): Promise<{ robots: Robots; vapid: VapidKeys }> {
    const { policy, resolve, baseUrl } = this.#options;
    const { publicKey, privateKey } = await this.#vapidKeys(shop);
    const https = baseUrl !== null && baseUrl.startsWith("https:");
    const vapid = { publicKey, privateKey, subject: https ? baseUrl : vapidSubjectDefault };
    return { vapid, robots: new Robots({ policy, vapid, ...(resolve === undefined ? {} : { resolve }) }) };
  }

  /** Made once a shop: a browser that has subscribed knows this server by its key. */
  async #vapidKeys(shop: ShopId): Promise<{ publicKey: string; privateKey: string }> {
    const { store, seal, clock } = this.#options;
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const document = await store.read.document(shop, vapidKind, vapidId);
      const kept = document === null ? null : readKeys(seal, document);
      if (kept !== null) return kept;
      const { default: webPush } = await import("web-push");
      const keys = webPush.generateVAPIDKeys();
      const body = { publicKey: keys.publicKey, sealed: seal.seal(keys.privateKey) };
      // Two nodes may do it at once: the one that comes second reads what the first wrote.
      const version = document?.version ?? 0;
      const write = { type: "putDocument", kind: vapidKind, id: vapidId, version, body } as const;
      const at = clock.now();
      const [outcome] = await store.commit(shop, [{ ...write, actor: "notifier", at }], at);
      if (outcome?.code === "applied") return keys;
    }
    throw new Error("the shop's push keys could not be made");
  }
}

/** Null: sealed under another secret. New keys are made then; browsers subscribe again. */
function readKeys(seal: Seal, { body }: Document): { publicKey: string; privateKey: string } | null {
  const { publicKey, sealed } = body as { publicKey: string; sealed: string };
  try {
    return { publicKey, privateKey: seal.open(sealed) };
  } catch {
    return null;
  }
}
