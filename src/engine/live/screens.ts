import { isRefusal } from "../../domain/outcome.ts";
import type { OpenSession } from "../sessions/sessions.ts";
import type { LiveOptions } from "./live.ts";
import type { ScreenInfo } from "./look.ts";
import { hashOf, newToken } from "./tokens.ts";

export const screenKind = "screen";

export const screenLimits = {
  /** What another node changed of the screens is noticed within. */
  listMs: 10_000,
  /** A screen that was away for less was not away. */
  offlineAfterMs: 5_000,
  renewMs: 5_000,
  /** A node that died shows no screen any more; after so long the others know it. */
  leaseMs: 20_000,
  perSessionMax: 50,
} as const;

/** A screen's document; its id is the hash of the token. A screen may have several links. */
export interface ScreenRecord extends ScreenInfo {
  readonly session: string;
}

interface Connected {
  readonly info: ScreenRecord;
  readonly ends: Set<() => void>;
  callOff: () => void;
  stopRenewing: () => void;
}

/** Host screens and overlays of a shop: links without log-in, and which of them are connected. */
export class Screens {
  readonly #options: LiveOptions;
  readonly #owner: string;
  readonly #connected = new Map<string, Connected>();
  #listed: readonly ScreenRecord[] = [];
  #listedAt = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#owner = options.clock.random(8);
  }

  /** The screens of a session, each once, as they were read last. */
  async list(session: string): Promise<readonly ScreenRecord[]> {
    const { store, shop, clock } = this.#options;
    if (clock.elapsedMs() - this.#listedAt >= screenLimits.listMs) {
      this.#listedAt = clock.elapsedMs();
      const documents = await store.read.documents(shop.id, screenKind);
      this.#listed = documents.map((document) => document.body as ScreenRecord);
    }
    const screens = new Map<string, ScreenRecord>();
    for (const one of this.#listed)
      if (one.session === session && !screens.has(one.screen)) screens.set(one.screen, one);
    return [...screens.values()];
  }

  /**
   * A link to a screen of this name; the screen is made when there is none. Asked again it is another link to
   * the same screen: the first is not stored and cannot be shown again. Null: there are as many as there may be.
   */
  async create(
    session: string,
    kind: ScreenInfo["kind"],
    name: string,
    actor: string,
  ): Promise<{ readonly screen: string; readonly token: string } | null> {
    const { shop, clock } = this.#options;
    this.#listedAt = Number.NEGATIVE_INFINITY;
    await this.list(session);
    if (this.#listed.filter((one) => one.session === session).length >= screenLimits.perSessionMax)
      return null;
    const known = (await this.list(session)).find((one) => one.kind === kind && one.name === name);
    const screen = known?.screen ?? clock.random(8);
    const token = newToken(shop.id, clock);
    const body: ScreenRecord = { screen, session, kind, name, createdAt: clock.now() };
    await this.#put(hashOf(token), 0, body, actor);
    return { screen, token };
  }

  /** Ends every link to a screen. False: there is none. */
  async end(session: string, screen: string, actor: string): Promise<boolean> {
    const { store, shop } = this.#options;
    const documents = await store.read.documents(shop.id, screenKind);
    const own = documents.filter((document) => {
      const body = document.body as ScreenRecord;
      return body.session === session && body.screen === screen;
    });
    for (const { id, version } of own) await this.#put(id, version, null, actor);
    for (const end of this.#connected.get(screen)?.ends ?? []) end();
    return own.length > 0;
  }

  /** The screen of a token; null: it is unknown, or was ended. */
  async find(token: string): Promise<ScreenRecord | null> {
    const { store, shop } = this.#options;
    const document = await store.read.document(shop.id, screenKind, hashOf(token));
    return document === null ? null : (document.body as ScreenRecord);
  }

  /**
   * A stream to the screen began.
   * @param end ends the stream: the screen's links were ended
   * @returns what says that it has ended
   */
  connect(info: ScreenRecord, end: () => void): () => void {
    const known = this.#connected.get(info.screen);
    if (known === undefined) {
      const made: Connected = { info, ends: new Set([end]), callOff: () => {}, stopRenewing: () => {} };
      this.#connected.set(info.screen, made);
      this.#renew(made);
      void this.#say(info, true);
    } else {
      known.ends.add(end);
      known.callOff();
    }
    let open = true;
    return () => {
      if (open) this.#disconnect(info.screen, end);
      open = false;
    };
  }

  /** Screens that the timeline shows as connected and that no node shows any more: whose node died, say. */
  async sweep(open: OpenSession): Promise<number> {
    const { store, shop, clock } = this.#options;
    let ended = 0;
    for (const info of await this.list(open.plan.id)) {
      if (open.state.screens.get(info.screen)?.online !== true || this.#connected.has(info.screen)) continue;
      const job = leaseOf(info.screen);
      const now = clock.now();
      // Whoever shows it holds the lease and renews it.
      if (!(await store.work.lease(shop.id, job, this.#owner, screenLimits.leaseMs, now))) continue;
      await store.work.release(shop.id, job, this.#owner);
      await this.#say(info, false);
      ended += 1;
    }
    return ended;
  }

  close(): void {
    this.#closed = true;
    for (const { callOff, stopRenewing } of this.#connected.values()) {
      callOff();
      stopRenewing();
    }
    this.#connected.clear();
  }

  #disconnect(screen: string, end: () => void): void {
    const known = this.#connected.get(screen);
    if (known === undefined) return;
    known.ends.delete(end);
    if (known.ends.size > 0 || this.#closed) return;
    known.callOff = this.#options.clock.after(screenLimits.offlineAfterMs, () => {
      known.stopRenewing();
      this.#connected.delete(screen);
      const { store, shop } = this.#options;
      void store.work.release(shop.id, leaseOf(screen), this.#owner).catch(() => {});
      void this.#say(known.info, false);
    });
  }

  #renew(connected: Connected): void {
    const { store, shop, clock, log } = this.#options;
    const { screen } = connected.info;
    store.work
      .lease(shop.id, leaseOf(screen), this.#owner, screenLimits.leaseMs, clock.now())
      .catch((error: unknown) => log.warn({ err: error, screen }, "a screen's lease was not renewed"));
    connected.stopRenewing = clock.after(screenLimits.renewMs, () => this.#renew(connected));
  }

  async #say({ screen, session }: ScreenRecord, online: boolean): Promise<void> {
    const { shop, clock, log } = this.#options;
    try {
      await shop.sessions.act(session, ({ state }) =>
        state.screens.get(screen)?.online === online || (!online && !state.screens.has(screen))
          ? []
          : [
              {
                kind: "host_screen",
                at: clock.now(),
                actor: `screen:${screen}`,
                body: { screen, online },
              },
            ],
      );
    } catch (error) {
      if (!this.#closed) log.warn({ err: error, screen }, "a screen's state was not written");
    }
  }

  async #put(id: string, version: number, body: ScreenRecord | null, actor: string): Promise<void> {
    const { shop, clock } = this.#options;
    this.#listedAt = Number.NEGATIVE_INFINITY;
    const command = { type: "putDocument", kind: screenKind, id, version, body } as const;
    const outcome = await shop.batcher.submit({ ...command, actor, at: clock.now() });
    // Whoever ended it at the same moment has ended it.
    if (isRefusal(outcome) && body !== null) throw new Error(`a screen was not written: ${outcome.code}`);
  }
}

function leaseOf(screen: string): string {
  return `screen:${screen}`;
}
