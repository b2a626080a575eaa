import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { ConfigError, ensureDataDir, loadSecret, readConfig, type ConfigFlags } from "./config.ts";

test("without any setting it is a server for this machine, over SQLite", () => {
  assert.deepEqual(readConfig({}, {}), {
    dataDir: path.resolve("data"),
    databaseUrl: null,
    port: 4000,
    host: "127.0.0.1",
    https: false,
    baseUrl: null,
    logLevel: "info",
    trustProxy: false,
    metricsAccess: "loopback",
    privateNetwork: false,
    secret: null,
  });
  assert.ok(Object.isFrozen(readConfig({}, {})));
});

test("a flag goes before the environment, an empty variable is none", () => {
  const env = {
    PORT: "4001",
    ZAIKU_HOST: "::1",
    ZAIKU_DATA_DIR: "x",
    INIT_CWD: "/somewhere",
    DATABASE_URL: "",
  };
  const config = readConfig({ port: "0", "data-dir": "y" }, env);
  assert.deepEqual(
    [config.port, config.host, config.dataDir, config.databaseUrl],
    [0, "::1", "/somewhere/y", null],
  );
  assert.equal(readConfig({}, env).port, 4001);
  assert.equal(readConfig({}, env).dataDir, "/somewhere/x");
});

test("every other setting", () => {
  const config = readConfig(
    {},
    {
      DATABASE_URL: "postgres://u:p@h/d",
      ZAIKU_BASE_URL: "https://stock.example",
      ZAIKU_LOG_LEVEL: "warn",
      ZAIKU_PRIVATE_NETWORK: "allow",
      ZAIKU_TRUST_PROXY: "2",
      ZAIKU_METRICS_TOKEN: "t",
      ZAIKU_SECRET: "0123456789abcdef",
    },
  );
  assert.equal(config.databaseUrl, "postgres://u:p@h/d");
  assert.equal(config.privateNetwork, true);
  assert.deepEqual([config.logLevel, config.trustProxy, config.metricsAccess], ["warn", 2, { token: "t" }]);
  assert.equal(readConfig({}, { ZAIKU_TRUST_PROXY: "10.0.0.1" }).trustProxy, "10.0.0.1");
});

const wrong: [name: string, flags: ConfigFlags, env: Record<string, string>, says: RegExp][] = [
  ["a port that is no number", { port: "http" }, {}, /--port=http 不对[^]*0 to 65535/],
  ["a port that is too large", {}, { PORT: "65536" }, /PORT=65536/],
  [
    "a database of another kind",
    {},
    { DATABASE_URL: "mysql://root:hunter2@h/d" },
    /DATABASE_URL=…[^]*postgres:\/\//,
  ],
  ["no address at all", {}, { ZAIKU_BASE_URL: "stock.example" }, /ZAIKU_BASE_URL/],
  ["a log level that is none", {}, { ZAIKU_LOG_LEVEL: "loud" }, /fatal、error/],
  ["a secret that is too short", {}, { ZAIKU_SECRET: "short" }, /ZAIKU_SECRET=…[^]*16/],
  ["metrics for nobody in particular", {}, { ZAIKU_METRICS: "yes" }, /open、loopback、off/],
];
for (const [name, flags, env, says] of wrong) {
  test(`${name} is told in both languages, without what may be secret`, () => {
    assert.throws(
      () => readConfig(flags, env),
      (error) => {
        assert.ok(error instanceof ConfigError);
        assert.match(error.message, says);
        assert.match(error.message, /\p{Script=Han}[^]*\n[^]*must be/u);
        assert.doesNotMatch(error.message, /hunter2|short/);
        return true;
      },
    );
  });
}

test("the secret is made once, for its owner's eyes, and read from then on", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "zaiku-config-"));
  try {
    const dataDir = path.join(folder, "a", "b");
    ensureDataDir({ dataDir });
    const place = { dataDir, secret: null };
    const made = loadSecret(place, (bytes) => "ab".repeat(bytes));
    assert.equal(made, "ab".repeat(32));
    assert.equal(
      loadSecret(place, (bytes) => "cd".repeat(bytes)),
      made,
    );
    assert.equal(statSync(path.join(dataDir, "secret")).mode & 0o777, 0o600);
    assert.equal(readFileSync(path.join(dataDir, "secret"), "utf8"), `${made}\n`);
    assert.equal(
      loadSecret({ dataDir, secret: "from the environment" }, () => ""),
      "from the environment",
    );
    writeFileSync(path.join(dataDir, "secret"), "cut");
    assert.throws(() => loadSecret(place, () => ""), ConfigError);
    writeFileSync(path.join(folder, "file"), "");
    assert.throws(() => ensureDataDir({ dataDir: path.join(folder, "file", "x") }), ConfigError);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
