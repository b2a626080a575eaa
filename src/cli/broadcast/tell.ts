import type { Broadcast } from "../../sim/broadcast.ts";
import type { Progress } from "../../sim/player.ts";
import { grouped, tableLines } from "../columns.ts";
import { say, type Io } from "../io.ts";
import type { Checked } from "./play.ts";

/** What is said of a broadcast while it is played and when it is over. */

const terminalEveryMs = 200;
const plainEveryMs = 10_000;

/** One line that is written over on a terminal, and now and then a line elsewhere. */
export class PlayLine {
  readonly #io: Io;
  readonly #broadcast: Broadcast;
  #shownAtMs = Number.NEGATIVE_INFINITY;

  constructor(broadcast: Broadcast, io: Io) {
    this.#broadcast = broadcast;
    this.#io = io;
  }

  show({ at, tally }: Progress): void {
    const io = this.#io;
    const now = performance.now();
    if (now - this.#shownAtMs < (io.isTty ? terminalEveryMs : plainEveryMs)) return;
    this.#shownAtMs = now;
    const refused = Object.values(tally.refused).reduce((sum, count) => sum + count, 0);
    const line = say(
      io,
      `${clockText(at)} / ${clockText(this.#broadcast.durationMs)}  事件 ${grouped(tally.events)}  缺货 ${grouped(tally.short)}  先问后卖 ${grouped(tally.reserved)}  拒绝 ${grouped(refused)}`,
      `${clockText(at)} / ${clockText(this.#broadcast.durationMs)}  events ${grouped(tally.events)}  short ${grouped(tally.short)}  reserved ${grouped(tally.reserved)}  refused ${grouped(refused)}`,
    );
    if (io.isTty) io.raw(`\r\u001B[K${line}`);
    else io.err(line);
  }

  end(): void {
    if (this.#io.isTty) this.#io.raw("\r\u001B[K");
  }
}

/** `1:05:30`, from the moment at which the session went live. */
export function clockText(ms: number): string {
  const seconds = Math.floor(Math.abs(ms) / 1_000);
  const part = (value: number): string => String(value).padStart(2, "0");
  const sign = ms < 0 ? "-" : "";
  return `${sign}${Math.floor(seconds / 3_600)}:${part(Math.floor(seconds / 60) % 60)}:${part(seconds % 60)}`;
}

/** The table of all SKUs, and whether both books agree. */
export function tellChecked({ skus }: Broadcast, checked: Checked, io: Io): void {
  const names = new Map(skus.map(({ code, name }) => [code, name]));
  const wrong = new Map<string, number>();
  for (const { sku, expected, shown } of checked.differences)
    wrong.set(sku, (wrong.get(sku) ?? 0) + Math.abs((shown ?? 0) - expected));
  const right = { align: "right" } as const;
  const columns = [
    { title: "SKU", widthMax: 14 },
    { title: say(io, "名称", "Name"), widthMax: 24 },
    { title: say(io, "可用", "Available"), ...right },
    { title: say(io, "已答应", "Promised"), ...right },
    { title: say(io, "欠货", "Short"), ...right },
    { title: say(io, "预售", "Presale"), ...right },
    { title: say(io, "在库", "On hand"), ...right },
    { title: say(io, "样品", "Loaned"), ...right },
    { title: say(io, "差异", "Differs"), ...right },
  ];
  const rows = checked.expected.map((one) => [
    one.sku,
    names.get(one.sku) ?? "",
    ...[one.available, one.promised, one.shortage, one.presale, one.onHand, one.loaned].map(grouped),
    grouped(wrong.get(one.sku) ?? 0),
  ]);
  for (const line of tableLines(columns, rows)) io.out(line);
  io.out("");
  tellTally(checked, io);
}

function tellTally({ tally, differences, verification, paid }: Checked, io: Io): void {
  const refused = Object.entries(tally.refused).map(([code, count]) => `${code} ${grouped(count)}`);
  io.out(
    say(
      io,
      `订单 ${grouped(paid.orders)}，付款 ${grouped(paid.units)} 件（另预售 ${grouped(paid.presale)} 件），${grouped(Math.round(paid.amount / 100))} 元`,
      `${grouped(paid.orders)} orders, ${grouped(paid.units)} units paid (and ${grouped(paid.presale)} presold), ${grouped(Math.round(paid.amount / 100))} in the shop's currency`,
    ),
  );
  io.out(
    say(
      io,
      `事件 ${grouped(tally.events)}（重复 ${grouped(tally.duplicates)}，过时 ${grouped(tally.stale)}，缺货 ${grouped(tally.short)}）；先问后卖 ${grouped(tally.reserved)}，拒绝：${refused.join("、") || "无"}`,
      `${grouped(tally.events)} events (${grouped(tally.duplicates)} twice, ${grouped(tally.stale)} stale, ${grouped(tally.short)} short); ${grouped(tally.reserved)} reserved, refused: ${refused.join(", ") || "none"}`,
    ),
  );
  for (const [what, count] of Object.entries(tally.failures))
    io.out(say(io, `未成功 ${count} 次：${what}`, `Failed ${count} times: ${what}`));
  for (const { sku, field, expected, shown } of differences.slice(0, 20))
    io.out(
      say(
        io,
        `差异：${sku} ${field} 应为 ${expected}，账上 ${shown}`,
        `Differs: ${sku} ${field} ${expected} expected, ${shown} shown`,
      ),
    );
  io.out(
    differences.length === 0
      ? say(io, "与模拟器自己的账逐件一致", "Agrees with the simulator's own books to the unit")
      : say(
          io,
          `与模拟器自己的账有 ${differences.length} 处差异`,
          `${differences.length} differences from the simulator's own books`,
        ),
  );
  io.out(
    verification.ok
      ? say(
          io,
          `从 ${grouped(verification.entries)} 条流水重算，账目一致`,
          `Recomputed from ${grouped(verification.entries)} movements: the books are true`,
        )
      : say(
          io,
          `重算发现差异：${verification.difference?.message}`,
          `Recomputing found a difference: ${verification.difference?.message}`,
        ),
  );
}
