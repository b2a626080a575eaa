import { verify, type Verification } from "../store/verify.ts";
import { grouped } from "./columns.ts";
import { exitFailure, exitOk } from "./exit.ts";
import { runCommand } from "./failure.ts";
import { parseFlags } from "./flags.ts";
import { say, type Io } from "./io.ts";
import { withBooks } from "./workspace.ts";

const nothing: Verification = {
  ok: true,
  difference: null,
  entries: 0,
  batches: 0,
  skus: 0,
  lines: 0,
  seconds: 0,
};

/** `verify [--json]`: computes the books again from the journal and compares. Exit status 1: they differ. */
export function run(argv: readonly string[], io: Io): Promise<number> {
  return runCommand("verify", argv, io, async () => {
    const flags = parseFlags(argv, { flags: {}, words: [] });
    return withBooks(flags, io, async (books) => {
      const found = books === null ? nothing : await verify(books.store, books.shop.shop);
      if (flags.has("json")) io.out(JSON.stringify(found));
      else printVerification(found, io);
      return found.ok ? exitOk : exitFailure;
    });
  });
}

function printVerification(found: Verification, io: Io): void {
  const { entries, batches, skus, lines, seconds, difference } = found;
  io.out(
    say(
      io,
      `重算了 ${grouped(entries)} 条流水（${grouped(batches)} 批，${grouped(skus)} 个 SKU，${grouped(lines)} 条订单行），用时 ${seconds.toFixed(1)} 秒`,
      `Recomputed ${grouped(entries)} movements (${grouped(batches)} batches, ${grouped(skus)} SKUs, ${grouped(lines)} order lines) in ${seconds.toFixed(1)} s`,
    ),
  );
  if (difference === null) {
    io.out(
      say(
        io,
        "账目一致：守恒、无负数、流水连续、哈希链完整",
        "The books are true: conserved, never negative, gapless, chained",
      ),
    );
    return;
  }
  io.out(
    say(
      io,
      `发现差异，违反第 ${difference.invariant} 条：${difference.message}`,
      `A difference, against invariant ${difference.invariant}: ${difference.message}`,
    ),
  );
}
