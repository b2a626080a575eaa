import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { certificateLimits, readCertificates } from "../../src/cli/https/certificates.ts";
import { readConfig } from "../../src/config.ts";
import { systemClock } from "../../src/engine/clock.ts";
import { createLog, startServer } from "../../src/server.ts";

const dayMs = 86_400_000;
const names = { dns: ["localhost", "shop.local"], ip: ["127.0.0.1", "192.168.1.9", "::1"] };
const random = (bytes: number): string => systemClock.random(bytes);
let folder = "";
before(() => {
  folder = mkdtempSync(path.join(tmpdir(), "zaiku-https-"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

test("certificates are made once, cover the machine's names, and are renewed in time under the same authority", async () => {
  const now = Date.now();
  const first = await readCertificates(folder, names, { now, random });
  assert.deepEqual(await readCertificates(folder, names, { now: now + dayMs, random }), first);
  const authority = new X509Certificate(first.authority);
  const server = new X509Certificate(first.certificate);
  assert.ok(authority.ca && !server.ca);
  assert.ok(server.verify(authority.publicKey));
  for (const ip of names.ip) assert.equal(server.checkIP(ip), ip);
  assert.equal(server.checkHost("shop.local"), "shop.local");
  const days = (Date.parse(server.validTo) - Date.parse(server.validFrom)) / dayMs;
  assert.ok(days <= 398, "phones refuse longer ones");
  const more = await readCertificates(folder, { ...names, ip: [...names.ip, "10.0.0.7"] }, { now, random });
  assert.equal(more.authority, first.authority, "what phones trust stays");
  assert.notEqual(more.certificate, first.certificate);
  const late = now + (certificateLimits.serverDays - certificateLimits.renewDays + 1) * dayMs;
  const renewed = await readCertificates(folder, names, { now: late, random });
  assert.equal(renewed.authority, first.authority);
  assert.notEqual(renewed.certificate, more.certificate);
  for (const file of readdirSync(path.join(folder, "https")))
    assert.equal(statSync(path.join(folder, "https", file)).mode & 0o077, 0, `${file} is its owner's alone`);
});

test("the pages answer by https to whoever trusts the authority, and tell a phone where to get it", async () => {
  const dataDir = path.join(folder, "data");
  const config = readConfig({ "data-dir": dataDir, port: "0", https: true }, { ZAIKU_LOG_LEVEL: "error" });
  const server = await startServer(config, createLog("error"));
  try {
    const plain = `http://127.0.0.1:${server.port}`;
    const page = await (await fetch(`${plain}/ca`)).text();
    assert.match(page, /安装证书/);
    assert.ok(page.includes(`https://127.0.0.1:${server.httpsPort}/phone`));
    const file = await fetch(`${plain}/zaiku-ca.crt`);
    assert.equal(file.headers.get("content-type"), "application/x-x509-ca-cert");
    const ca = await file.text();
    const ask = (trusted: string | undefined) =>
      new Promise<number>((resolve, reject) => {
        const options = {
          host: "127.0.0.1",
          port: server.httpsPort ?? 0,
          path: "/healthz",
          agent: false as const,
        };
        request({ ...options, ...(trusted === undefined ? {} : { ca: trusted }) }, (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        })
          .on("error", reject)
          .end();
      });
    assert.equal(await ask(ca), 200);
    await assert.rejects(ask(undefined), "nobody believes it without");
  } finally {
    await server.close();
  }
});

test("without --https there is neither", async () => {
  const config = readConfig(
    { "data-dir": path.join(folder, "plain"), port: "0" },
    { ZAIKU_LOG_LEVEL: "error" },
  );
  const server = await startServer(config, createLog("error"));
  try {
    assert.equal(server.httpsPort, null);
    const answer = await fetch(`http://127.0.0.1:${server.port}/zaiku-ca.crt`);
    assert.equal(answer.status, 404);
    await answer.arrayBuffer();
  } finally {
    await server.close();
  }
});
