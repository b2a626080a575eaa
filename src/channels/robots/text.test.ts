import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  byteLength,
  cutMark,
  fitBytes,
  fitJson,
  headline,
  htmlOf,
  keywordTail,
  lateTail,
  linkOf,
  literalOf,
  namesOf,
  plainOf,
  withoutCalls,
} from "./text.ts";
import { alarm, alarmAt } from "./wire.testing.ts";

test("a text that fits stays as it is, to the byte", () => {
  assert.equal(fitBytes("库存", 6), "库存");
  assert.equal(fitBytes("", 0), "");
});

test("a text that does not fit is cut between characters and says so", () => {
  const room = byteLength(cutMark);
  assert.equal(fitBytes("库存预警".repeat(20), room + 7), `库存${cutMark}`);
  assert.equal(fitBytes("😀".repeat(20), room + 7), `😀${cutMark}`);
  assert.equal(fitBytes("库存预警".repeat(20), room - 1), "");
});

test("cut texts keep within their bytes and are whole characters", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 80 }), fc.nat(150), (text, bytesMax) => {
      const cut = fitBytes(text, bytesMax);
      assert.ok(byteLength(cut) <= bytesMax);
      assert.ok(!cut.includes("\uFFFD") || text.includes("\uFFFD"));
      assert.ok(cut === text || cut === "" || cut.endsWith(cutMark));
    }),
  );
});

test("JSON keeps within its bytes, whatever the text's characters take in it", () => {
  const build = (text: string): object => ({ a: 1, text });
  const frame = byteLength(JSON.stringify(build("")));
  const units = fc.constantFrom("a", "库", "😀", '"', "\\", "\n", "\u0001", "\u007f", "é");
  const texts = fc.array(units, { maxLength: 200 }).map((all) => all.join(""));
  fc.assert(
    fc.property(texts, fc.integer({ min: 0, max: 400 }), (text, room) => {
      const json = fitJson(text, frame + room, build);
      assert.ok(byteLength(json) <= frame + room, json);
      JSON.parse(json);
    }),
  );
  assert.equal(fitJson("库存", frame + 6, build), '{"a":1,"text":"库存"}');
  assert.equal(fitJson("库存", 3, build), '{"a":1,"text":""}', "what is around the text is never cut");
});

test("the headline is one line with the severity before it", () => {
  assert.equal(headline(alarm), "【紧急】A01 保温杯 快卖完了");
  assert.equal(headline({ ...alarm, severity: 2, title: " a\n b\tc " }), "【注意】a b c");
  const long = headline({ ...alarm, severity: 1, title: "长".repeat(200) });
  assert.equal(Array.from(long).length, "【提醒】".length + 100);
  assert.ok(long.endsWith("…"));
});

test("Markdown as plain text", () => {
  assert.equal(
    plainOf("## 标题\n**还剩 30 件**\n- 第一\n* 第二\n> 引用 `A01`\n[去处理](https://a.example/b)"),
    "标题\n还剩 30 件\n· 第一\n· 第二\n引用 A01\n去处理 https://a.example/b",
  );
});

test("Markdown as HTML: only what it knows is markup", () => {
  const html = htmlOf(
    '# 标题\n**粗** <script>alert("1")</script>\n- 一\n[去](https://a.example/?b=1&c=2) [坏](javascript:x)',
  );
  assert.match(html, /<p><b>标题<\/b><\/p>/);
  assert.match(html, /<b>粗<\/b> &lt;script&gt;alert\(&quot;1&quot;\)&lt;\/script&gt;/);
  assert.match(html, /• 一/);
  assert.match(html, /<a href="https:\/\/a\.example\/\?b=1&amp;c=2">去<\/a>/);
  assert.doesNotMatch(html, /href="javascript/);
});

test("a product's name is no markup and calls nobody", () => {
  assert.equal(literalOf("A_01*[新]<at id=all>`x`\n2"), "A_01＊［新］＜at id=all＞｀x｀ 2");
  assert.equal(
    withoutCalls("<at id=all></at> <@all> < AT id=1> <b>"),
    "＜at id=all>＜/at> ＜@all> ＜ AT id=1> <b>",
  );
});

test("a link is one that a browser opens, and stays within Markdown's brackets", () => {
  assert.equal(linkOf(alarm), alarm.link);
  assert.equal(linkOf({ ...alarm, link: "https://a.example/x(1)" }), "https://a.example/x%281%29");
  for (const link of [
    "javascript:alert(1)",
    "nonsense",
    `https://a.example/${"b".repeat(2_000)}`,
    undefined,
  ]) {
    assert.equal(linkOf({ ...alarm, link }), undefined);
  }
});

test("a late message says how late", () => {
  assert.deepEqual(lateTail(alarm, alarmAt + 59_999), []);
  assert.deepEqual(lateTail(alarm, alarmAt + 180_000), ["发生于 3 分钟前"]);
});

test("a keyword is added when none is there", () => {
  assert.deepEqual(keywordTail(["库存预警"], []), []);
  assert.deepEqual(keywordTail(["库存预警"], ["在库", "预警"]), []);
  assert.deepEqual(keywordTail(["a", "b"], ["在库", "预警"]), ["在库"]);
});

test("names are trimmed, each once, and not too many", () => {
  assert.deepEqual(namesOf([" a", "a ", "", "b"]), ["a", "b"]);
  assert.equal(namesOf(Array.from({ length: 200 }, (_, index) => `u${index}`)).length, 50);
  assert.deepEqual(namesOf(undefined), []);
});
