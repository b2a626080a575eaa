import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { addressPolicyDefault, splitAddress } from "./address.ts";
import { addressPolicyOf } from "./policy.ts";
import { listedAddressKey, sideFactsOf, type Contact } from "./side.ts";

const keys = { phone: (text: string) => `T ${text}`, address: (text: string) => `A ${text}` };
const facts = (contact: Contact) => sideFactsOf(contact, keys, addressPolicyDefault);

void suite("what is kept of an order's parcel", () => {
  test("[OD4] an address is taken apart as far as it shows where its parts end", () => {
    const rows: readonly (readonly [string, string | null, string | null, string])[] = [
      ["广东省深圳市南山区科技园路1号", "广东", "深圳市", "科技园路1号"],
      ["北京市北京市朝阳区建国路88号", "北京", null, "建国路88号"],
      ["北京朝阳区建国路88号", "北京", null, "建国路88号"],
      ["吉林市船营区解放路3号", null, "吉林市", "解放路3号"],
      ["新疆维吾尔自治区 乌鲁木齐市 天山区 人民路 5号", "新疆", "乌鲁木齐市", "人民路5号"],
      ["湖南省 湘西土家族苗族自治州 吉首市 人民路1号", "湖南", "湘西土家族苗族自治州", "人民路1号"],
      ["中山路超市旁", null, null, "中山路超市旁"],
      ["12 High Street, London", null, null, "12HighStreetLondon"],
    ];
    for (const [text, province, city, detail] of rows) {
      const parts = splitAddress(text);
      assert.deepEqual([parts.province, parts.city, parts.detail], [province, city, detail], text);
    }
  });

  test("[OD10] one phone is one key however it is written; a protected number is another with each extension", () => {
    const key = facts({ phone: "13800001111" }).phone;
    for (const same of ["'138 0000 1111", "+86 138-0000-1111", "008613800001111", "１３８００００１１１１"])
      assert.equal(facts({ phone: same }).phone, key, same);
    for (const other of ["13800001111-2345", "13800001111转2345"])
      assert.equal(facts({ phone: other }).phone, "T 13800001111 2345", other);
    assert.equal(facts({ phone: "0755-88886666" }).phone, "T 075588886666");
    // No number at all, or one that a spreadsheet has spoilt.
    for (const none of ["", "无", "1.38E+10", "****"]) assert.equal(facts({ phone: none }).phone, null, none);
  });

  test("[OD10] a masked phone is compared with its region, and never with a whole one", () => {
    const masked = facts({ phone: "138****1111", region: "广东省" }).phone;
    assert.equal(masked, facts({ phone: "138******1111", address: "广东 ****" }).phone);
    assert.notEqual(masked, facts({ phone: "138****1111", region: "浙江省" }).phone);
    assert.notEqual(masked, facts({ phone: "13800001111", region: "广东省" }).phone);
  });

  test("[OD10] one address is one key, whether its region stands in it or apart; what is hidden is not judged", () => {
    const whole = facts({ address: "广东省深圳市南山区科技园路1号" });
    assert.deepEqual(whole, {
      phone: null,
      address: "A 广东|深圳市南山区科技园路1号",
      addressChars: 6,
      marks: [],
      province: "广东",
      city: "深圳市",
    });
    assert.equal(facts({ address: "深圳市 南山区 科技园路 1号", region: "广东" }).address, whole.address);
    const hidden = facts({ address: "广东省深圳市南山区****" });
    assert.deepEqual([hidden.address, hidden.addressChars, hidden.marks], [null, null, []]);
    assert.deepEqual([hidden.province, hidden.city], ["广东", "深圳市"]);
    const partly = facts({ address: "广东省深圳市南山区科技园路创业大厦***室" });
    assert.match(partly.address ?? "", /^A masked /);
    assert.deepEqual(partly.marks, []);
    assert.deepEqual(facts({ address: "广东省深圳市南山区人民路5" }).marks, ["short"]);
  });

  test("[OD10] the shop's own forwarders are words of an address or a whole one, which is found by its key as well", () => {
    const policy = addressPolicyOf({ forwarders: ["港口大道 8 号 B 仓", "广东省东莞市虎门镇赤湾路66号"] });
    const marksOf = (address: string) => sideFactsOf({ address }, keys, policy).marks;
    assert.deepEqual(marksOf("广东省东莞市虎门镇港口大道8号B仓"), ["forwarding"]);
    assert.deepEqual(marksOf("广东东莞市虎门镇赤湾路66号"), []);
    const past = sideFactsOf({ address: "广东东莞市虎门镇赤湾路66号" }, keys, addressPolicyDefault);
    assert.equal(listedAddressKey("广东省东莞市虎门镇赤湾路66号", keys), past.address);
    assert.deepEqual(marksOf("广东省深圳市福田区彩田路集运中心5楼"), ["forwarding"]);
  });
});
