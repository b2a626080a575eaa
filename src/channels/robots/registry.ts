import { createHash } from "node:crypto";
import { Type } from "typebox";
import type { Static, TSchema } from "typebox";
import { checker, fault } from "../check.ts";
import type { Checked, Fault } from "../check.ts";
import type { Resolve } from "../net/guarded-fetch.ts";
import { checkUrl, hostAddress, mayConnect, urlCharactersMax } from "../net/policy.ts";
import type { NetPolicy } from "../net/policy.ts";
import { chatRobot } from "./chat-robot.ts";
import { dingtalk, dingtalkHosts, dingtalkRates } from "./dingtalk.ts";
import { emailLimits, emailRobot } from "./email.ts";
import { feishu, feishuHosts, feishuRates } from "./feishu.ts";
import { RateLimit } from "../rate-limit.ts";
import type { RateWindow } from "../rate-limit.ts";
import { robotKinds } from "./robot.ts";
import type { Robot, RobotKind } from "./robot.ts";
import { webPushRobot } from "./web-push.ts";
import type { VapidKeys } from "./web-push.ts";
import { webhookKey, webhookLimits, webhookRobot } from "./webhook.ts";
import { wecom, wecomHosts, wecomRates } from "./wecom.ts";

const strict = { additionalProperties: false } as const;
const Url = Type.String({ minLength: 1, maxLength: urlCharactersMax });
const Secret = Type.String({ minLength: 1, maxLength: 200 });
const Keywords = Type.Array(Type.String({ minLength: 1, maxLength: 50 }), { maxItems: 10 });
const MailAddress = Type.String({ pattern: '^[^\\s@<>",;]+@[^\\s@<>",;]+$', maxLength: 254 });

/** What each kind is configured with: one source for validation, types and the page's form. */
export const robotSchemas = {
  dingtalk: Type.Object(
    { url: Url, secret: Type.Optional(Secret), keywords: Type.Optional(Keywords) },
    strict,
  ),
  feishu: Type.Object({ url: Url, secret: Type.Optional(Secret), keywords: Type.Optional(Keywords) }, strict),
  wecom: Type.Object({ url: Url }, strict),
  webhook: Type.Object({ url: Url, secret: Secret }, strict),
  email: Type.Object(
    {
      host: Type.String({ minLength: 1, maxLength: 253, pattern: "^[A-Za-z0-9.:-]+$" }),
      port: Type.Integer({ minimum: 1, maximum: 65_535 }),
      security: Type.Enum(["tls", "starttls", "none"]),
      user: Type.Optional(Type.String({ minLength: 1, maxLength: 254 })),
      password: Type.Optional(Secret),
      from: MailAddress,
      to: Type.Array(MailAddress, { minItems: 1, maxItems: emailLimits.recipientsMax }),
    },
    strict,
  ),
  web_push: Type.Object(
    {
      endpoint: Url,
      expirationTime: Type.Optional(Type.Union([Type.Number(), Type.Null()])),
      keys: Type.Object(
        { p256dh: Type.String({ maxLength: 200 }), auth: Type.String({ maxLength: 100 }) },
        strict,
      ),
    },
    strict,
  ),
} as const satisfies Record<RobotKind, TSchema>;

export type RobotConfiguration<Kind extends RobotKind = RobotKind> = Static<(typeof robotSchemas)[Kind]>;

export interface RobotsOptions {
  readonly policy: NetPolicy;
  /** Without them there is no Web Push. */
  readonly vapid?: VapidKeys;
  /** Resolves names of mail servers; the system's way when it is left out. */
  readonly resolve?: Resolve;
}

export type Opened =
  | { readonly ok: true; readonly robot: Robot }
  | { readonly ok: false; readonly fault: Fault };

interface Tools extends RobotsOptions {
  readonly limit: (address: string, windows: readonly RateWindow[]) => RateLimit;
}

/** Checks a configuration and makes the robot. */
type Open = (configuration: unknown, tools: Tools) => Opened;

function factory<Kind extends RobotKind>(
  kind: Kind,
  find: (configuration: RobotConfiguration<Kind>, tools: Tools) => Fault | undefined,
  make: (configuration: RobotConfiguration<Kind>, tools: Tools) => Robot,
): Open {
  const check = checker(robotSchemas[kind]) as (value: unknown) => Checked<RobotConfiguration<Kind>>;
  return (value, tools) => {
    const checked = check(value);
    if (!checked.ok) return checked;
    const found = find(checked.value, tools);
    return found === undefined
      ? { ok: true, robot: make(checked.value, tools) }
      : { ok: false, fault: found };
  };
}

/** Faults of an address: where it leads, and whether it is the one that the platform shows. */
function urlFault(
  path: string,
  text: string,
  policy: NetPolicy,
  vendor?: { readonly hosts: readonly string[]; readonly shape: (url: URL) => boolean },
): Fault | undefined {
  const checked = checkUrl(text, policy, vendor?.hosts);
  if (!checked.ok) return { path, ...checked.problem };
  return vendor === undefined || vendor.shape(checked.url)
    ? undefined
    : fault(
        path,
        "这不是完整的机器人 Webhook 地址，请在群里机器人的设置中重新复制",
        "this is not the whole webhook address: copy it again from the robot's settings",
      );
}

const vendors = {
  dingtalk: {
    hosts: dingtalkHosts,
    shape: (url: URL) => url.pathname === "/robot/send" && url.searchParams.get("access_token"),
  },
  feishu: {
    hosts: feishuHosts,
    shape: (url: URL) => /^\/open-apis\/bot\/v2\/hook\/[\w-]+$/.test(url.pathname),
  },
  wecom: {
    hosts: wecomHosts,
    shape: (url: URL) => url.pathname === "/cgi-bin/webhook/send" && url.searchParams.get("key"),
  },
} as const;

function vendorFault(kind: keyof typeof vendors, url: string, policy: NetPolicy): Fault | undefined {
  const { hosts, shape } = vendors[kind];
  return urlFault("url", url, policy, { hosts, shape: (one) => Boolean(shape(one)) });
}

function webhookFault({ url, secret }: RobotConfiguration<"webhook">, { policy }: Tools): Fault | undefined {
  if (webhookKey(secret).byteLength < webhookLimits.secretBytesMin)
    return fault(
      "secret",
      `签名密钥太短，至少 ${webhookLimits.secretBytesMin} 个字节`,
      `the secret is too short: at least ${webhookLimits.secretBytesMin} bytes`,
    );
  return urlFault("url", url, policy);
}

function emailFault(options: RobotConfiguration<"email">, { policy }: Tools): Fault | undefined {
  const literal = hostAddress(options.host);
  if (literal !== undefined && !mayConnect(literal, policy))
    return fault("host", "不允许内网或保留地址", "private and reserved addresses are not allowed");
  if (options.security === "none" && !policy.httpAllowed)
    return fault(
      "security",
      "不允许不加密的连接，请选 TLS（465）或 STARTTLS（587）",
      "an unencrypted connection is not allowed: choose TLS (465) or STARTTLS (587)",
    );
  return options.user !== undefined && options.password === undefined
    ? fault("password", "填了用户名就要填密码或授权码", "a user needs a password")
    : undefined;
}

function webPushFault(options: RobotConfiguration<"web_push">, { policy, vapid }: Tools): Fault | undefined {
  if (vapid === undefined)
    return fault(
      "",
      "服务器没有配置 VAPID 密钥，暂时不能用浏览器推送",
      "the server has no VAPID keys: there is no push to browsers",
    );
  const point = Buffer.from(options.keys.p256dh, "base64url");
  if (point.byteLength !== 65 || point[0] !== 4)
    return fault("keys.p256dh", "不是浏览器给出的公钥", "it is not a browser's public key");
  if (Buffer.from(options.keys.auth, "base64url").byteLength !== 16)
    return fault("keys.auth", "不是浏览器给出的密钥", "it is not a browser's secret");
  return urlFault("endpoint", options.endpoint, policy);
}

const open: Readonly<Record<RobotKind, Open>> = {
  dingtalk: factory(
    "dingtalk",
    ({ url }, { policy }) => vendorFault("dingtalk", url, policy),
    (options, { limit }) => chatRobot(dingtalk, options, limit(options.url, dingtalkRates)),
  ),
  feishu: factory(
    "feishu",
    ({ url }, { policy }) => vendorFault("feishu", url, policy),
    (options, { limit }) => chatRobot(feishu, options, limit(options.url, feishuRates)),
  ),
  wecom: factory(
    "wecom",
    ({ url }, { policy }) => vendorFault("wecom", url, policy),
    (options, { limit }) => chatRobot(wecom, options, limit(options.url, wecomRates)),
  ),
  webhook: factory("webhook", webhookFault, (options) => webhookRobot(options)),
  email: factory("email", emailFault, (options, { policy, resolve }) => emailRobot(options, policy, resolve)),
  web_push: factory("web_push", webPushFault, (options, { vapid }) => {
    if (vapid === undefined) throw new TypeError("there are no VAPID keys");
    return webPushRobot(options, vapid);
  }),
};

export function isRobotKind(kind: string): kind is RobotKind {
  return robotKinds.some((known) => known === kind);
}

/**
 * Makes robots. One of these lives as long as the process: it remembers what each address has been sent, so
 * two robots of one address share its rate, and one that is opened anew for each message keeps its count.
 */
export class Robots {
  readonly #tools: Tools;
  readonly #limits = new Map<string, RateLimit>();

  constructor(options: RobotsOptions) {
    this.#tools = { ...options, limit: (address, windows) => this.#limit(address, windows) };
  }

  /** The robot of a configuration as a person entered it, or what is wrong with it. Asks no network. */
  open(kind: string, configuration: unknown): Opened {
    if (isRobotKind(kind)) return open[kind](configuration, this.#tools);
    const kinds = robotKinds.join(", ");
    return { ok: false, fault: fault("kind", `只能是其中之一：${kinds}`, `it must be one of ${kinds}`) };
  }

  #limit(address: string, windows: readonly RateWindow[]): RateLimit {
    // Only its digest is kept: the address is a secret.
    const key = createHash("sha256").update(address).digest("base64");
    const known = this.#limits.get(key) ?? new RateLimit(windows);
    this.#limits.set(key, known);
    return known;
  }
}
