import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { backupInstallation } from "./backup-file.ts";
import { grouped } from "./columns.ts";
import { exitOk } from "./exit.ts";
import { CommandError, runCommand } from "./failure.ts";
import { parseFlags } from "./flags.ts";
import { say, type Io } from "./io.ts";
import { databaseFile } from "./open-store.ts";
import { configOf, filePath } from "./workspace.ts";

/** `backup FILE`: the books, the accounts, the secret and the profiles in one file, while the server runs. */
export function run(argv: readonly string[], io: Io): Promise<number> {
  return runCommand("backup", argv, io, async () => {
    const flags = parseFlags(argv, { flags: {}, words: ["FILE"] });
    const config = configOf(flags, io);
    if (config.databaseUrl !== null) {
      throw new CommandError(
        "not_embedded",
        "用 PostgreSQL 时请用 pg_dump 备份数据库，并另存 ZAIKU_SECRET",
        "With PostgreSQL, back the database up with pg_dump, and keep ZAIKU_SECRET",
      );
    }
    if (!existsSync(databaseFile(config))) {
      throw new CommandError(
        "nothing_there",
        `${config.dataDir} 里还没有数据，没有什么可备份`,
        `There is nothing in ${config.dataDir} to back up`,
      );
    }
    const name = flags.words[0] ?? "";
    const file = filePath(name, io);
    const extra = await backupInstallation(config, file);
    const { size } = await stat(file);
    if (flags.has("json")) io.out(JSON.stringify({ file, bytes: size, files: extra }));
    else {
      io.out(
        say(
          io,
          `已备份到 ${name}（${grouped(size)} 字节）。文件里有密钥和账号，请像密码一样保管`,
          `Backed up to ${name} (${grouped(size)} bytes). It holds the secret and the accounts: keep it as you keep a password`,
        ),
      );
    }
    return exitOk;
  });
}
