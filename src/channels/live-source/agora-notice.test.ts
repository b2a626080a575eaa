import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { NoticeFilter, noticeLimits, noticeSignature, readNotice, verifyNotice } from "./agora-notice.ts";
import { noticeBody, noticeVector } from "./wire.testing.ts";

const body = Buffer.from(noticeVector.body);
const { secret, sha256, sha1 } = noticeVector;

test("the signatures are those of the documented vector", () => {
  assert.equal(noticeSignature("sha256", secret, body), sha256);
  assert.equal(noticeSignature("sha1", secret, body), sha1);
});

test("the newer signature decides, the older one when there is no other", () => {
  const rows: [headers: Record<string, string>, good: boolean][] = [
    [{ "agora-signature-v2": sha256, "agora-signature": sha1 }, true],
    [{ "agora-signature-v2": sha256.toUpperCase() }, true],
    [{ "agora-signature": sha1 }, true],
    [{ "agora-signature-v2": sha1, "agora-signature": sha1 }, false],
    [{ "agora-signature-v2": sha256.slice(1) }, false],
    [{ "agora-signature-v2": "" }, false],
    [{ "agora-signature": sha256 }, false],
    [{}, false],
  ];
  for (const [headers, good] of rows)
    assert.equal(verifyNotice({ headers, body }, secret), good, JSON.stringify(headers));
  assert.equal(verifyNotice({ headers: { "agora-signature-v2": sha256 }, body }, "other"), false);
  const changed = Buffer.from(noticeVector.body.replace("105", "106"));
  assert.equal(verifyNotice({ headers: { "agora-signature-v2": sha256 }, body: changed }, secret), false);
});

test("the signature is over the bytes, not over what they mean", () => {
  const spaced = Buffer.from(noticeVector.body.replaceAll(",", ", "));
  assert.equal(verifyNotice({ headers: { "agora-signature-v2": sha256 }, body: spaced }, secret), false);
  const own = createHmac("sha256", secret).update(spaced).digest("hex");
  assert.equal(verifyNotice({ headers: { "agora-signature-v2": own }, body: spaced }, secret), true);
});

test("each event is read", () => {
  assert.deepEqual(readNotice(body), {
    id: "1205703979:24226:102",
    sentAt: 1_611_566_412_672,
    channelName: "live-3",
    at: 1_611_566_412_000,
    change: 1,
  });
  const changes = new Map<number, unknown>([
    [101, "created"],
    [102, "destroyed"],
    [103, null],
    [104, null],
    [105, 1],
    [106, -1],
    [107, 1],
    [108, -1],
    [111, -1],
    [112, 1],
    [999, null],
  ]);
  for (const [eventType, change] of changes) {
    const read = readNotice(Buffer.from(noticeBody("n", eventType, "live-3", 1)));
    assert.equal(read?.change, change, String(eventType));
  }
  const ofAnotherProduct = readNotice(Buffer.from(noticeBody("n", 105, "live-3", 1, 3)));
  assert.equal(ofAnotherProduct?.change, null);
});

test("what is no notification is none", () => {
  for (const text of ["", "[]", "{}", '{"noticeId":1,"eventType":105,"notifyMs":1}', '{"noticeId":"a"}'])
    assert.equal(readNotice(Buffer.from(text)), undefined, text);
  const bare = readNotice(Buffer.from('{"noticeId":"a","productId":1,"eventType":105,"notifyMs":5}'));
  assert.deepEqual(bare, { id: "a", sentAt: 5, channelName: "", at: 5, change: null });
});

test("repeats and what is too old are dropped, and memory is bounded", () => {
  const filter = new NoticeFilter();
  const at = 1_611_566_412_672;
  const notice = { id: "a", sentAt: at, channelName: "live-3", at, change: 1 as const };
  assert.equal(filter.isNew(notice, at + 5_000), true);
  assert.equal(
    filter.isNew({ ...notice, sentAt: at + 30_000 }, at + 35_000),
    false,
    "sent again, with a new time",
  );
  assert.equal(filter.isNew({ ...notice, id: "b" }, at + noticeLimits.ageMsMax + 1), false);
  assert.equal(filter.isNew({ ...notice, id: "c" }, at - noticeLimits.aheadMsMax - 1), false);
  for (let index = 0; index < noticeLimits.idsMax; index += 1)
    assert.equal(filter.isNew({ ...notice, id: `n${index}` }, at), true);
  assert.equal(filter.isNew(notice, at), true, "forgotten");
  assert.equal(filter.isNew({ ...notice, id: `n${noticeLimits.idsMax - 1}` }, at), false);
});
