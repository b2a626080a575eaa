import { BlockList, isIP } from "node:net";
import type { Words } from "../../domain/live/words.ts";

/**
 * Where addresses that a user typed may lead. A server that calls whatever it is told would be a door into
 * the network behind it.
 */
export interface NetPolicy {
  /** Plain http: for tests, and for receivers in the shop's own network. */
  readonly httpAllowed: boolean;
  /** Loopback and the private ranges: for tests, and for receivers in the shop's own network. */
  readonly privateAllowed: boolean;
  /** A robot may be on another host than its vendor's: for tests only. */
  readonly anyRobotHostAllowed: boolean;
}

export const publicOnly: NetPolicy = {
  httpAllowed: false,
  privateAllowed: false,
  anyRobotHostAllowed: false,
};

export const urlCharactersMax = 2_048;

export type AddressKind = "public" | "private" | "forbidden";

function blockList(subnets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [address = "", prefix = ""] = subnet.split("/");
    list.addSubnet(address, Number(prefix), isIP(address) === 6 ? "ipv6" : "ipv4");
  }
  return list;
}

/** Whoever asks these gets the machine's own credentials: the clouds' metadata services. */
const metadata = blockList(["169.254.0.0/16", "100.100.100.200/32", "fd00:ec2::254/128"]);

/** 198.18.0.0/15 is what a proxy in the shop's own network answers for every name. */
const privateRanges = blockList([
  "127.0.0.0/8",
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "100.64.0.0/10",
  "198.18.0.0/15",
  "::1/128",
  "fc00::/7",
]);

/** No receiver can be there: unspecified, reserved, multicast, and IPv4 wrapped in IPv6 in its older ways. */
const unroutable = blockList([
  "0.0.0.0/8",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "::/96",
  "64:ff9b::/96",
  "64:ff9b:1::/48",
  "100::/64",
  "2001::/23",
  "2001:db8::/32",
  "2002::/16",
  "fe80::/10",
  "fec0::/10",
  "ff00::/8",
]);

/** What an IP address is; IPv4 mapped into IPv6 counts as the IPv4 address. Anything else is forbidden. */
export function addressKind(address: string): AddressKind {
  const version = isIP(address);
  if (version === 0) return "forbidden";
  const family = version === 6 ? "ipv6" : "ipv4";
  if (metadata.check(address, family)) return "forbidden";
  if (privateRanges.check(address, family)) return "private";
  return unroutable.check(address, family) ? "forbidden" : "public";
}

/** Whether a connection to the IP address may be opened. */
export function mayConnect(address: string, policy: NetPolicy): boolean {
  const kind = addressKind(address);
  return kind === "public" || (kind === "private" && policy.privateAllowed);
}

export type UrlCheck =
  | { readonly ok: true; readonly url: URL }
  | { readonly ok: false; readonly problem: Words };

/**
 * Checks an address that a user typed. A name is checked once more when it is resolved: what it leads to may
 * change between the two.
 * @param hosts the only hosts that are allowed, for a receiver that lives in known places
 */
export function checkUrl(text: string, policy: NetPolicy, hosts?: readonly string[]): UrlCheck {
  if (text.length > urlCharactersMax)
    return refuse(
      `地址太长，最多 ${urlCharactersMax} 个字符`,
      `the address has more than ${urlCharactersMax} characters`,
    );
  const url = URL.parse(text.trim());
  if (url === null)
    return refuse(
      "地址不完整，请把完整的 https:// 地址粘贴进来",
      "this is no address: paste the whole of it, https:// included",
    );
  if (url.protocol !== "https:" && !(url.protocol === "http:" && policy.httpAllowed))
    return refuse("地址必须以 https:// 开头", "the address must begin with https://");
  if (url.username !== "" || url.password !== "")
    return refuse("地址里不能带用户名和密码", "the address may carry no user name or password");
  if (hosts !== undefined && !policy.anyRobotHostAllowed) {
    if (!hosts.includes(url.hostname) || url.port !== "")
      return refuse(
        `地址的域名应为 ${hosts.join(" 或 ")}，请重新复制机器人的 Webhook 地址`,
        `the address must be on ${hosts.join(" or ")}: copy the robot's webhook address again`,
      );
  }
  const literal = hostAddress(url.hostname);
  if (literal !== undefined && !mayConnect(literal, policy)) return refusedAddress(url.hostname);
  return { ok: true, url };
}

/** The IP address that a URL's host is, without the brackets; undefined for a name. */
export function hostAddress(hostname: string): string | undefined {
  const bare = hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
  return isIP(bare) === 0 ? undefined : bare;
}

export function blockedWords(host: string): Words {
  return {
    zh: `${host} 是内网或保留地址，为安全起见不允许访问；确需访问内网，请管理员在服务器配置里允许内网地址`,
    en: `${host} is private or reserved and is not called; the server's configuration can allow it`,
  };
}

function refusedAddress(host: string): UrlCheck {
  return { ok: false, problem: blockedWords(host) };
}

function refuse(zh: string, en: string): UrlCheck {
  return { ok: false, problem: { zh, en } };
}
