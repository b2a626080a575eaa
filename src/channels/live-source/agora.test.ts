import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, test } from "node:test";
import { guardedFetch } from "../net/guarded-fetch.ts";
import { WireServer, answerOf, localPolicy } from "../robots/wire.testing.ts";
import {
  agoraAuthorization,
  agoraLimits,
  agoraSource,
  channelsUrl,
  readChannels,
  readUsers,
  usersUrl,
} from "./agora.ts";
import type { AgoraOptions } from "./agora.ts";
import type { LiveSource, PollContext } from "./live-source.ts";
import { agoraWire, channelsPage, noticeBody, noticeVector } from "./wire.testing.ts";

const server = await new WireServer("hang").start();
after(() => server.close());

const now = 1_611_566_412_000;
const appId = "0123456789abcdef0123456789abcdef";
const options: AgoraOptions = {
  appId,
  customerId: "customer",
  customerSecret: "a customer's secret",
  noticeSecret: "secret",
  rooms: [{ room: "main", channelName: "live-3" }],
};

function contextOf(more: Partial<PollContext> = {}): PollContext {
  return { now, fetch: guardedFetch(localPolicy), signal: new AbortController().signal, ...more };
}

function manyRooms(count: number): AgoraOptions["rooms"] {
  return Array.from({ length: count }, (_, index) => ({ room: `r${index}`, channelName: `live-${index}` }));
}

test("requests are made as documented", () => {
  assert.equal(
    agoraAuthorization({ customerId: "customer", customerSecret: "密" }),
    `Basic ${Buffer.from("customer:密").toString("base64")}`,
  );
  const base = "https://api.agora.io";
  assert.equal(usersUrl(base, appId, "live 3/?"), `${base}/dev/v1/channel/user/${appId}/live%203%2F%3F`);
  assert.equal(channelsUrl(base, appId, 2), `${base}/dev/v1/channel/${appId}?page_no=2&page_size=500`);
});

test("each answer about users is read: hosts are no viewers, and a gap is no zero", () => {
  const read = (text: string, status = 200): number | string => {
    const found = readUsers(answerOf(text, status));
    return "gap" in found ? found.gap.code : found.viewers;
  };
  assert.equal(read(agoraWire.broadcast), 5);
  assert.equal(read(agoraWire.crowd), 100_231);
  assert.equal(read(agoraWire.withoutTotal), 2);
  assert.equal(read(agoraWire.crowdWithoutTotal), "unreachable", "the length of a cut list is no number");
  assert.equal(read(agoraWire.communication), 3);
  assert.equal(read(agoraWire.none), "not_live");
  assert.equal(read(agoraWire.unauthorized, 401), "refused");
  assert.equal(read(agoraWire.limited, 429), "limited");
  for (const text of [
    "",
    "<html>",
    '{"success":false}',
    '{"success":true,"data":{"channel_exist":true,"mode":2}}',
  ])
    assert.equal(read(text), "unreachable", text);
  assert.equal(read(agoraWire.broadcast, 500), "unreachable");
});

test("a page of the list of channels is read, odd entries left out", () => {
  const page = readChannels(
    answerOf(
      channelsPage(
        [
          ["a", 3],
          ["b", 0],
        ],
        7,
      ),
    ),
  );
  assert.ok(!("gap" in page));
  assert.deepEqual(
    [...page.counts],
    [
      ["a", 3],
      ["b", 0],
    ],
  );
  assert.equal(page.total, 7);
  const odd =
    '{"success":true,"data":{"channels":[null,{"channel_name":"a"},{"channel_name":"b","user_count":-1}],"total_size":3}}';
  const oddPage = readChannels(answerOf(odd));
  assert.ok(!("gap" in oddPage));
  assert.equal(oddPage.counts.size, 0);
  assert.ok("gap" in readChannels(answerOf("{}")));
});

test("a poll over the wire: the question as documented, the answer as a sample", async () => {
  server.seen.length = 0;
  server.reply = { body: agoraWire.broadcast };
  const samples = await agoraSource(options, server.base).poll(contextOf());
  assert.deepEqual(samples, [{ room: "main", at: now, viewers: 5, likes: null, amount: null, gap: null }]);
  const [seen] = server.seen;
  assert.equal(seen?.method, "GET");
  assert.equal(seen?.url.pathname, `/dev/v1/channel/user/${appId}/live-3`);
  assert.equal(seen?.headers.authorization, agoraAuthorization(options));
});

test("what cannot be known is a gap, never a zero", async () => {
  const gone = await new WireServer("hang").start();
  const { base } = gone;
  gone.close();
  const of = async (reply: WireServer["reply"], at = server.base): Promise<string | undefined> => {
    server.reply = reply;
    const [sample] = await agoraSource(options, at).poll(contextOf());
    assert.deepEqual([sample?.viewers, sample?.likes, sample?.amount], [null, null, null]);
    assert.ok((sample?.gap?.zh ?? "").length > 0 && (sample?.gap?.en ?? "").length > 0);
    return sample?.gap?.code;
  };
  assert.equal(await of({ body: agoraWire.none }), "not_live");
  assert.equal(await of({ status: 401, body: agoraWire.unauthorized }), "refused");
  assert.equal(await of({ status: 429, body: agoraWire.limited }), "limited");
  assert.equal(await of({ status: 302, headers: { location: "/x" } }), "unreachable");
  assert.equal(await of({ body: "garbage" }), "unreachable");
  assert.equal(await of({ body: Buffer.alloc(10_000_000, " ") }), "unreachable");
  assert.equal(await of("hang_up"), "unreachable");
  assert.equal(await of("hang", base), "unreachable");
});

test("a hundred thousand viewers are read", async () => {
  server.reply = { body: agoraWire.crowd };
  const [sample] = await agoraSource(options, server.base).poll(contextOf());
  assert.equal(sample?.viewers, 100_231);
});

test("after a 429 Agora is left alone for as long as it says", async () => {
  server.seen.length = 0;
  const source = agoraSource(options, server.base);
  server.reply = { status: 429, headers: { "retry-after": "30" }, body: agoraWire.limited };
  assert.equal((await source.poll(contextOf()))[0]?.gap?.code, "limited");
  server.reply = { body: agoraWire.broadcast };
  assert.equal((await source.poll(contextOf({ now: now + 29_999 })))[0]?.gap?.code, "limited");
  assert.equal(server.seen.length, 1);
  assert.equal((await source.poll(contextOf({ now: now + 30_000 })))[0]?.viewers, 5);
});

test("a few rooms are asked one by one, and one that fails costs the others nothing", async () => {
  server.reply = ({ url }) => ({
    body: url.pathname.endsWith("live-1") ? agoraWire.none : agoraWire.broadcast,
  });
  const samples = await agoraSource({ ...options, rooms: manyRooms(3) }, server.base).poll(contextOf());
  assert.deepEqual(
    samples.map(({ room, viewers, gap }) => [room, viewers, gap?.code]),
    [
      ["r0", 5, undefined],
      ["r1", null, "not_live"],
      ["r2", 5, undefined],
    ],
  );
});

test("many rooms are found in the pages of the list of channels", async () => {
  server.seen.length = 0;
  const pages = [
    channelsPage(
      [
        ["live-0", 10],
        ["other", 3],
        ["live-2", 12],
      ],
      1_200,
    ),
    channelsPage(
      [
        ["live-2", 14],
        ["live-1", 11],
        ["live-3", 0],
      ],
      1_200,
    ),
    channelsPage([["live-5", 15]], 1_200),
    channelsPage([["live-4", 99]], 1_200),
  ];
  server.reply = ({ url }) => ({ body: pages[Number(url.searchParams.get("page_no"))] ?? "" });
  const samples = await agoraSource({ ...options, rooms: manyRooms(6) }, server.base).poll(contextOf());
  assert.deepEqual(
    samples.map(({ room, viewers, gap }) => [room, viewers ?? gap?.code]),
    [
      ["r0", 10],
      ["r1", 11],
      ["r2", 14],
      ["r3", 0],
      ["r4", "not_live"],
      ["r5", 15],
    ],
  );
  assert.deepEqual(
    server.seen.map(({ url }) => `${url.pathname}${url.search}`),
    [0, 1, 2].map((page) => `/dev/v1/channel/${appId}?page_no=${page}&page_size=500`),
  );
});

test("a list that breaks off leaves gaps only where nothing was found", async () => {
  server.reply = ({ url }) =>
    url.searchParams.get("page_no") === "0"
      ? { body: channelsPage([["live-0", 10]], 1_200) }
      : { status: 500 };
  const samples = await agoraSource({ ...options, rooms: manyRooms(6) }, server.base).poll(contextOf());
  assert.deepEqual(
    samples.map(({ viewers, gap }) => viewers ?? gap?.code),
    [10, ...Array(5).fill("unreachable")],
  );
});

test("paging stops when every room is found, when a page is empty, and at the last page that is read", async () => {
  const source = (): LiveSource => agoraSource({ ...options, rooms: manyRooms(6) }, server.base);
  const all = manyRooms(6).map(({ channelName }): [string, number] => [channelName, 1]);
  for (const [body, requests] of [
    [channelsPage(all, 100_000), 1],
    [channelsPage([], 100_000), 1],
    [channelsPage([["other", 1]], 100_000), agoraLimits.pagesMax],
  ] as const) {
    server.seen.length = 0;
    server.reply = { body };
    await source().poll(contextOf());
    assert.equal(server.seen.length, requests);
  }
});

function tell(
  source: LiveSource,
  body: string,
  at: number,
  secret = "secret",
): ReturnType<LiveSource["receive"]> {
  const bytes = Buffer.from(body);
  const signature = createHmac("sha256", secret).update(bytes).digest("hex");
  return source.receive({ headers: { "agora-signature-v2": signature }, body: bytes }, at);
}

test("the notification of the documented vector is taken", () => {
  const received = agoraSource(options).receive(
    { headers: { "agora-signature-v2": noticeVector.sha256 }, body: Buffer.from(noticeVector.body) },
    noticeVector.notifyMs,
  );
  assert.deepEqual(received, { ok: true, samples: [], faults: [] });
});

test("notifications go on from the last answer, and each second at most one sample is told", async () => {
  const source = agoraSource(options, server.base);
  server.reply = { body: agoraWire.broadcast };
  await source.poll(contextOf());
  const seconds = now / 1_000;
  const viewers = (id: string, event: number, after: number): (number | null | undefined)[] => {
    const received = tell(
      source,
      noticeBody(id, event, "live-3", seconds + after),
      now + after * 1_000 + 400,
    );
    assert.ok(received.ok);
    return received.samples.map((sample) => sample.viewers);
  };
  assert.deepEqual(viewers("1", 105, 1), [6]);
  assert.deepEqual(viewers("2", 105, 1), [], "within the same second");
  assert.deepEqual(viewers("2", 105, 2), [], "a repeat");
  assert.deepEqual(viewers("3", 106, 3), [6]);
  assert.deepEqual(viewers("4", 111, 5), [5], "a viewer became a host");
  assert.deepEqual(viewers("5", 103, 7), [], "a host came");
  assert.deepEqual(viewers("6", 999, 8), [], "an event that is not known");
  assert.deepEqual(viewers("7", 102, 9), [null], "the channel ended");
  assert.deepEqual(viewers("8", 101, 11), [0], "it began again");
  const other = tell(source, noticeBody("9", 105, "elsewhere", seconds + 13), now + 13_000);
  assert.deepEqual(other, { ok: true, samples: [], faults: [] });
});

test("before the first answer notifications tell nothing", () => {
  const received = tell(agoraSource(options), noticeBody("1", 105, "live-3", now / 1_000), now);
  assert.deepEqual(received, { ok: true, samples: [], faults: [] });
});

test("what Agora did not sign is refused", () => {
  const source = agoraSource(options);
  const body = noticeBody("1", 105, "live-3", now / 1_000);
  const forged = tell(source, body, now, "another secret");
  assert.ok(!forged.ok && forged.status === 401);
  assert.match(forged.problem.zh, /重新复制/);
  const unsigned = source.receive({ headers: {}, body: Buffer.from(body) }, now);
  assert.ok(!unsigned.ok && unsigned.status === 401);
  const nonsense = tell(source, "nonsense", now);
  assert.ok(!nonsense.ok && nonsense.status === 400);
  const large = tell(source, " ".repeat(agoraLimits.noticeBytesMax + 1), now);
  assert.ok(!large.ok && large.status === 413);
  const closed = tell(agoraSource({ ...options, noticeSecret: undefined }), body, now);
  assert.ok(!closed.ok && closed.status === 404);
});

test("a description tells no secret", () => {
  assert.deepEqual(agoraSource(options).description(), {
    appId,
    customerSecret: "••••",
    noticeSecret: "••••",
    rooms: "main ← live-3",
  });
});
