import type { Wire } from "./player.ts";
import { minuteMs } from "./broadcast.ts";

/**
 * The people in the demo's control room, for whoever only wants to watch: they take note of alerts that have waited,
 * tell the host what is recommended, and answer the patrols. They move no unit and decide nothing about an order.
 */
export class Crew {
  readonly #wire: Wire;
  readonly #path: string;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(wire: Wire, session: string) {
    this.#wire = wire;
    this.#path = `/api/v1/sessions/${encodeURIComponent(session)}`;
  }

  /** Looks up now and then. @param at simulated milliseconds from the beginning */
  async look(at: number): Promise<void> {
    if (at < 0 || at - this.#lookedAt < everyMs) return;
    this.#lookedAt = at;
    const { status, body } = await this.#wire({ method: "GET", path: `${this.#path}/view` });
    if (status !== 200) return;
    const view = body as View;
    if (view.life !== "live") return;
    const now = Date.parse(view.at);
    const waiting = view.alerts.filter(
      ({ acknowledged, raisedAt }) => acknowledged === null && now - Date.parse(raisedAt) > patienceMs,
    );
    for (const alert of waiting.slice(0, atOnce)) await this.#answer(alert);
    for (const { id } of view.patrols) await this.#post("patrols", { patrol: id, answers: [] });
  }

  async #answer({ id, actions, hostWords }: View["alerts"][number]): Promise<void> {
    if (actions[0] === "tell_host" && hostWords !== null)
      await this.#post("actions", { action: "tell_host", alert: id, text: hostWords });
    else await this.#post("actions", { action: "got_it", alert: id });
  }

  /** Somebody in the browser may have been faster: then there is nothing to do. */
  async #post(where: string, body: unknown): Promise<void> {
    await this.#wire({ method: "POST", path: `${this.#path}/${where}`, body });
  }
}

const everyMs = minuteMs;
/** Whoever watches the demo gets the first chance. */
const patienceMs = 6 * minuteMs;
const atOnce = 5;

/** What of the session's view they look at. */
interface View {
  readonly at: string;
  readonly life: string;
  readonly alerts: readonly {
    readonly id: string;
    readonly raisedAt: string;
    readonly acknowledged: unknown;
    readonly actions: readonly string[];
    readonly hostWords: string | null;
  }[];
  readonly patrols: readonly { readonly id: string }[];
}
