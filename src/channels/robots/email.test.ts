import assert from "node:assert/strict";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { after, test } from "node:test";
import { publicOnly } from "../net/policy.ts";
import { emailMessage, emailRobot } from "./email.ts";
import type { EmailOptions } from "./email.ts";
import type { Delivery } from "./robot.ts";
import { alarm, alarmAt, contextOf, localPolicy } from "./wire.testing.ts";

/** What the server says to each command; a line's first word decides. Undefined: it says nothing. */
type Script = (line: string) => string | undefined;

const polite: Script = (line) => {
  if (/^EHLO/i.test(line)) return "250-mail.example.com\r\n250 AUTH PLAIN LOGIN";
  if (/^AUTH/i.test(line)) return "235 2.7.0 Accepted";
  if (/^DATA/i.test(line)) return "354 Go ahead";
  if (/^QUIT/i.test(line)) return "221 Bye";
  if (line === ".") return "250 2.0.0 Queued as 1";
  return "250 OK";
};

/** A real SMTP server on loopback. */
class MailServer {
  greeting: string | undefined = "220 mail.example.com ESMTP";
  script: Script = polite;
  readonly lines: string[] = [];
  readonly sockets = new Set<Socket>();
  readonly #server = createServer((socket) => {
    this.sockets.add(socket);
    socket.on("close", () => this.sockets.delete(socket)).on("error", () => undefined);
    let rest = "";
    let inData = false;
    socket.setEncoding("utf8").on("data", (chunk: string) => {
      const lines = `${rest}${chunk}`.split("\r\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        this.lines.push(line);
        if (inData && line !== ".") continue;
        const answer = this.script(line);
        inData = answer?.startsWith("354") === true;
        if (answer !== undefined) socket.write(`${answer}\r\n`);
      }
    });
    if (this.greeting !== undefined) socket.write(`${this.greeting}\r\n`);
  });

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.#server.close();
  }
}

async function withServer(run: (server: MailServer) => Promise<void>): Promise<void> {
  const server = await new MailServer().start();
  try {
    await run(server);
  } finally {
    server.close();
  }
}

function optionsOf(server: MailServer, more: Partial<EmailOptions> = {}): EmailOptions {
  return {
    host: "127.0.0.1",
    port: server.port,
    security: "none",
    user: "ops@zaiku.example.com",
    password: "authorization-code",
    from: "ops@zaiku.example.com",
    to: ["boss@shop.example.com", "stock@shop.example.com"],
    ...more,
  };
}

async function send(options: EmailOptions, context = contextOf()): Promise<Delivery> {
  return await emailRobot(options, localPolicy).send(alarm, context);
}

/** Header fields as they are on the wire, each unfolded. */
function headersOf(lines: readonly string[]): string {
  return lines.join("\n").replace(/\n[ \t]+/g, " ");
}

test("a mail goes over the wire with text, HTML and a steady Message-ID", () =>
  withServer(async (server) => {
    assert.deepEqual(await send(optionsOf(server)), { outcome: "delivered" });
    const plain = Buffer.from("\0ops@zaiku.example.com\0authorization-code").toString("base64");
    assert.ok(server.lines.includes(`AUTH PLAIN ${plain}`));
    assert.ok(server.lines.includes("MAIL FROM:<ops@zaiku.example.com>"));
    assert.ok(server.lines.includes("RCPT TO:<boss@shop.example.com>"));
    assert.ok(server.lines.includes("RCPT TO:<stock@shop.example.com>"));
    const headers = headersOf(server.lines);
    assert.match(headers, /^Subject: =\?UTF-8\?/m);
    assert.match(headers, /^Message-ID: <[0-9a-f]{32}@zaiku\.example\.com>$/m);
    assert.match(headers, /^Auto-Submitted: auto-generated$/m);
    assert.match(headers, /^X-Priority: 1 \(Highest\)$/m);
    assert.match(headers, /^Content-Type: multipart\/alternative/m);
    assert.match(headers, /^Date: Wed, 11 Nov 2026 12:15:00 \+0000$/m);
  }));

test("the parts of a mail", () => {
  const mail = emailMessage({ from: "a@b.example", to: ["c@d.example"] }, alarm, alarmAt + 120_000);
  assert.equal(mail.subject, "【紧急】A01 保温杯 快卖完了");
  assert.equal(
    mail.text,
    "还剩 30 件，按现在的速度还能卖 3 分钟\n· 让主播报“最后 30 件”\n· 准备备选 A02\n\n发生于 2 分钟前\n\n去处理：https://zaiku.example.com/live/7?alert=7",
  );
  assert.match(mail.html, /<b>还剩 30 件<\/b>/);
  assert.match(mail.html, /<a href="https:\/\/zaiku\.example\.com\/live\/7\?alert=7">去处理<\/a>/);
  assert.equal(mail.messageId, emailMessage({ from: "a@b.example", to: [] }, alarm, 0).messageId);
  const other = emailMessage({ from: "a@b.example", to: [] }, { ...alarm, id: "alert-8" }, 0);
  assert.notEqual(mail.messageId, other.messageId);
  assert.equal(
    emailMessage({ from: "a@b.example", to: [] }, { ...alarm, title: "a\r\nBcc: x@y" }, 0).subject,
    "【紧急】a Bcc: x@y",
  );
});

test("each refusal is read, and a failure says what to do", async () => {
  const answers = (pattern: RegExp, answer: string): Script => {
    return (line) => (pattern.test(line) ? answer : polite(line));
  };
  const rows: [script: Script, expected: string, words: RegExp][] = [
    [answers(/^AUTH/, "535 5.7.8 Error: authentication failed"), "bad_credentials", /授权码/],
    [answers(/^AUTH/, "454 4.7.0 Temporary authentication failure"), "retry 15000", /454/],
    [answers(/^MAIL/, "553 5.7.1 Sender not allowed"), "refused", /553.*Sender not allowed/],
    [answers(/^RCPT/, "550 5.1.1 No such user"), "refused", /550/],
    [answers(/^RCPT TO:<stock/, "550 5.1.1 No such user"), "refused", /stock@shop\.example\.com；其余已送达/],
    [answers(/^MAIL/, "451 4.7.1 Greylisted, try again"), "retry 15000", /451/],
    [answers(/^\.$/, "552 5.2.3 Message too large"), "refused", /552/],
    [answers(/^\.$/, "450 4.2.0 Try later"), "retry 15000", /450/],
  ];
  for (const [script, expected, words] of rows) {
    await withServer(async (server) => {
      server.script = script;
      const delivery = await send(optionsOf(server));
      assert.ok(delivery.outcome !== "delivered");
      const found = delivery.outcome === "retry" ? `retry ${delivery.afterMs}` : delivery.code;
      assert.equal(found, expected, delivery.reason.zh);
      assert.match(delivery.reason.zh, words);
    });
  }
});

test("a server without STARTTLS is given no password", () =>
  withServer(async (server) => {
    server.script = (line) => (line.startsWith("STARTTLS") ? "502 5.5.1 Not implemented" : polite(line));
    const delivery = await send(optionsOf(server, { security: "starttls" }));
    assert.notEqual(delivery.outcome, "delivered");
    assert.ok(!server.lines.some((line) => /^AUTH|authorization-code/.test(line)));
  }));

test("a server that greets with nonsense, hangs up, or speaks no TLS is tried again", async () => {
  await withServer(async (server) => {
    server.greeting = "HTTP/1.1 400 Bad Request";
    assert.equal((await send(optionsOf(server))).outcome, "retry");
  });
  await withServer(async (server) => {
    server.script = (line) => {
      if (line.startsWith("MAIL")) for (const socket of server.sockets) socket.destroy();
      return polite(line);
    };
    assert.equal((await send(optionsOf(server))).outcome, "retry");
  });
  await withServer(async (server) => {
    const delivery = await send(optionsOf(server, { security: "tls" }));
    assert.ok(delivery.outcome === "retry");
    assert.match(delivery.reason.zh, /465 用 TLS/);
  });
});

test("stopping ends a delivery to a server that says nothing", () =>
  withServer(async (server) => {
    const stop = new AbortController();
    server.script = (line) => {
      if (!/^EHLO/i.test(line)) return polite(line);
      stop.abort();
      return undefined;
    };
    const delivery = await send(optionsOf(server), contextOf({ signal: stop.signal }));
    assert.ok(delivery.outcome === "retry" && delivery.afterMs === 1_000);
    assert.match(delivery.reason.zh, /服务正在停止/);
    assert.equal((await send(optionsOf(server), contextOf({ signal: stop.signal }))).outcome, "retry");
  }));

test("a server that is down is tried again", async () => {
  let port = 0;
  await withServer((server) => Promise.resolve(void (port = server.port)));
  const server = { port } as MailServer;
  const delivery = await send(optionsOf(server));
  assert.ok(delivery.outcome === "retry");
  assert.match(delivery.reason.zh, /连不上邮件服务器 127\.0\.0\.1（ECONNREFUSED）/);
});

test("a mail server inside is not called, by number or by name", () =>
  withServer(async (server) => {
    for (const host of ["127.0.0.1", "mail.example.com"]) {
      const robot = emailRobot(optionsOf(server, { host }), publicOnly, (_, done) =>
        done(null, [{ address: "127.0.0.1", family: 4 }]),
      );
      const delivery = await robot.send(alarm, contextOf());
      assert.ok(delivery.outcome === "failed" && delivery.code === "address_blocked", host);
    }
    assert.equal(server.lines.length, 0);
  }));

test("a description tells no secret", async () => {
  const server = await new MailServer().start();
  after(() => server.close());
  const shown = emailRobot(optionsOf(server), localPolicy).description();
  assert.deepEqual(shown, {
    host: `127.0.0.1:${server.port}`,
    security: "none",
    user: "ops@zaiku.example.com",
    password: "••••code",
    from: "ops@zaiku.example.com",
    to: "boss@shop.example.com、stock@shop.example.com",
  });
});
