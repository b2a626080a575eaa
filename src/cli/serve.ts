import { networkInterfaces } from "node:os";
import { readConfig, type Config } from "../config.ts";
import { createLog, startServer, type RunningServer } from "../server.ts";
import { exitFailure, exitOk } from "./exit.ts";
import { renderUnicodeCompact } from "uqr";
import { authorityPath } from "../http/routes/authority.ts";
import { CommandError, runCommand } from "./failure.ts";
import { parseFlags } from "./flags.ts";
import { say, type Io } from "./io.ts";

/** After this the process ends whatever is still open. */
const stopMsMax = 9_500;

/** `serve`: the server and its pages, until a signal stops it. */
export function run(argv: readonly string[], io: Io): Promise<number> {
  return runCommand("serve", argv, io, async () => {
    const flags = parseFlags(argv, { flags: { port: "value", host: "value", https: "switch" }, words: [] });
    const named = {
      "data-dir": flags.value("data-dir"),
      port: flags.value("port"),
      host: flags.value("host"),
      https: flags.has("https"),
    };
    const config = readConfig(named, io.env);
    const stopped = signalled();
    const server = await startServer(config, createLog(config.logLevel)).catch((error: unknown) => {
      throw addressError(error, config) ?? error;
    });
    greet(server, config, io);
    await stopped;
    io.err(say(io, "正在停止：等已收到的请求都答复完…", "Stopping: answering whoever has asked…"));
    return stop(server, io);
  });
}

/** Resolves at the first signal. Further ones change nothing: stopping is under way, and it is bounded. */
function signalled(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => resolve());
  });
}

async function stop(server: RunningServer, io: Io): Promise<number> {
  const late = setTimeout(() => {
    io.err(say(io, "有请求一直没有结束，强制退出", "Something did not end in time; leaving it"));
    process.exit(exitFailure);
  }, stopMsMax);
  await server.close();
  clearTimeout(late);
  return exitOk;
}

function greet(server: RunningServer, config: Config, io: Io): void {
  const { port, version, setupPath } = server;
  const local = `http://${hostInUrl(config.host)}:${port}`;
  io.out(say(io, `在库 Zaiku ${version} 已启动：${local}`, `Zaiku ${version} is running: ${local}`));
  for (const url of otherUrls(config.host, port))
    io.out(say(io, `  同一网络的设备：${url}`, `  on this network: ${url}`));
  if (server.httpsPort !== null) greetHttps(server.httpsPort, port, config, io);
  if (setupPath !== null) {
    const link = `${config.baseUrl?.replace(/\/$/, "") ?? local}${setupPath}`;
    io.out(
      say(
        io,
        `首次使用：在浏览器打开这个一次性链接，建立店主账号：\n  ${link}`,
        `First start: open this one-time link in a browser to create the owner:\n  ${link}`,
      ),
    );
  }
  if (config.host === "127.0.0.1") {
    io.out(
      say(
        io,
        "现在只有本机能访问。手机、平板也要用时：npm start -- --host 0.0.0.0",
        "Only this machine can reach it. For phones and tablets: npm start -- --host 0.0.0.0",
      ),
    );
  }
  io.out(say(io, "按 Ctrl+C 停止。", "Ctrl+C stops it."));
}

/** Where the page is by https, and where a phone gets what it must trust first: as a code for its camera too. */
function greetHttps(httpsPort: number, port: number, { host }: Config, io: Io): void {
  const [first = `http://${hostInUrl(host)}:${port}`] = otherUrls(host, port);
  const page = `${first}${authorityPath}`;
  const secure = `https://${new URL(first).hostname}:${httpsPort}`;
  io.out(
    say(io, `  https（摄像头、断网打开）：${secure}/phone`, `  by https (camera, offline): ${secure}/phone`),
  );
  io.out(
    say(
      io,
      `  手机先扫这个码，装一次证书：${page}`,
      `  phones first scan this and install the certificate once: ${page}`,
    ),
  );
  io.out(renderUnicodeCompact(page, { border: 1 }));
}

function hostInUrl(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

/** Where other devices find it, when it listens to them. */
function otherUrls(host: string, port: number): string[] {
  if (host !== "0.0.0.0" && host !== "::") return [];
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === "IPv4" && !internal)
    .map(({ address }) => `http://${address}:${port}`);
}

/** What to do where the server cannot listen; null: the error is another one. */
export function addressError(error: unknown, { host, port }: Config): CommandError | null {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const options = { cause: error };
  if (code === "EADDRINUSE") {
    return new CommandError(
      "port_in_use",
      `端口 ${port} 已被占用：可能已经启动过一次。关掉它，或换一个端口：--port ${port + 1}`,
      `Port ${port} is taken, perhaps by an earlier start. Stop that one, or use --port ${port + 1}`,
      options,
    );
  }
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
    return new CommandError(
      "no_such_address",
      `这台机器没有地址 ${host}：用 --host 0.0.0.0 监听所有地址`,
      `This machine has no address ${host}: --host 0.0.0.0 listens on all`,
      options,
    );
  }
  if (code === "EACCES") {
    return new CommandError(
      "port_not_allowed",
      `没有权限使用端口 ${port}：换一个 1024 以上的端口`,
      `Port ${port} may not be used: take one above 1024`,
      options,
    );
  }
  return null;
}
