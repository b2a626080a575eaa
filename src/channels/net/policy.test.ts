import assert from "node:assert/strict";
import { test } from "node:test";
import { addressKind, checkUrl, mayConnect, publicOnly, urlCharactersMax } from "./policy.ts";
import type { AddressKind } from "./policy.ts";

const inside = { ...publicOnly, privateAllowed: true };

test("each address is public, private or forbidden", () => {
  const rows: [address: string, kind: AddressKind][] = [
    ["8.8.8.8", "public"],
    ["172.15.255.255", "public"],
    ["172.32.0.1", "public"],
    ["2606:4700::1111", "public"],
    ["::ffff:8.8.8.8", "public"],
    ["127.0.0.1", "private"],
    ["127.255.0.9", "private"],
    ["10.1.2.3", "private"],
    ["172.16.0.1", "private"],
    ["192.168.1.1", "private"],
    ["100.64.0.1", "private"],
    ["198.18.0.7", "private"],
    ["::1", "private"],
    ["fd12::1", "private"],
    ["::ffff:192.168.1.1", "private"],
    ["::ffff:7f00:1", "private"],
    ["169.254.169.254", "forbidden"],
    ["100.100.100.200", "forbidden"],
    ["::ffff:169.254.169.254", "forbidden"],
    ["fd00:ec2::254", "forbidden"],
    ["0.0.0.0", "forbidden"],
    ["255.255.255.255", "forbidden"],
    ["224.0.0.1", "forbidden"],
    ["::", "forbidden"],
    ["::7f00:1", "forbidden"],
    ["fe80::1", "forbidden"],
    ["ff02::1", "forbidden"],
    ["64:ff9b::a00:1", "forbidden"],
    ["2002:a00:1::", "forbidden"],
    ["localhost", "forbidden"],
    ["", "forbidden"],
  ];
  for (const [address, kind] of rows) assert.equal(addressKind(address), kind, address);
});

test("private addresses only when they are allowed, forbidden ones never", () => {
  assert.equal(mayConnect("8.8.8.8", publicOnly), true);
  assert.equal(mayConnect("10.0.0.1", publicOnly), false);
  assert.equal(mayConnect("10.0.0.1", inside), true);
  assert.equal(mayConnect("169.254.169.254", inside), false);
});

test("what is wrong with an address is said in words", () => {
  const rows: [text: string, problem: RegExp][] = [
    ["", /不完整/],
    ["hooks.example.com/a", /不完整/],
    ["http://hooks.example.com/", /https:\/\/ 开头/],
    ["ftp://hooks.example.com/", /https:\/\/ 开头/],
    ["file:///etc/passwd", /https:\/\/ 开头/],
    ["https://user:pass@hooks.example.com/", /用户名和密码/],
    ["https://10.0.0.1/", /内网或保留地址/],
    ["https://[::1]/", /内网或保留地址/],
    [`https://hooks.example.com/${"a".repeat(urlCharactersMax)}`, /太长/],
  ];
  for (const [text, problem] of rows) {
    const checked = checkUrl(text, publicOnly);
    assert.ok(!checked.ok, text);
    assert.match(checked.problem.zh, problem, text);
    assert.ok(checked.problem.en.length > 0);
  }
  assert.equal(checkUrl(" https://hooks.example.com/a ", publicOnly).ok, true);
});

test("a robot lives on its vendor's host alone", () => {
  const hosts = ["oapi.dingtalk.com"];
  const allowed = (text: string, policy = publicOnly): boolean => checkUrl(text, policy, hosts).ok;
  assert.equal(allowed("https://oapi.dingtalk.com/robot/send"), true);
  assert.equal(allowed("https://oapi.dingtalk.com:8443/robot/send"), false);
  assert.equal(allowed("https://oapi.dingtalk.com.evil.example/robot/send"), false);
  assert.equal(allowed("https://evil.example/?oapi.dingtalk.com"), false);
  assert.equal(allowed("https://evil.example/", { ...publicOnly, anyRobotHostAllowed: true }), true);
});
