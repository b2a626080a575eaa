import type { Instant } from "../../domain/rows.ts";
import { exchange, readObject, retryAfterMs } from "../net/exchange.ts";
import type { Answer } from "../net/exchange.ts";
import { RateLimit } from "../rate-limit.ts";
import type { RateWindow } from "../rate-limit.ts";
import { AgoraCount } from "./agora-count.ts";
import { NoticeFilter, readNotice, verifyNotice } from "./agora-notice.ts";
import type { Notice } from "./agora-notice.ts";
import { gapSample } from "./live-source.ts";
import type { Gap, LiveMessage, LiveSample, LiveSource, PollContext, Received } from "./live-source.ts";

export const agoraLimits = {
  timeoutMs: 8_000,
  /** The names of an audience of ten thousand take about 120 KB. */
  answerBytesMax: 1_024 * 1_024,
  noticeBytesMax: 64 * 1_024,
  roomsMax: 50,
  /** Up to so many rooms each is asked for its audience; more are looked up in the list of channels. */
  roomsAskedMax: 5,
  pageSize: 500,
  pagesMax: 20,
  /** An audience longer than this is not listed whole, so its length is not its number. */
  audienceListedMax: 10_000,
  pollEveryMs: 10_000,
  /** Of one room, told by notifications: not more often than this. */
  sampleEveryMs: 1_000,
  /** A wait after HTTP 429 that names none. */
  limitedWaitMs: 5_000,
} as const;

/** Agora answers the 21st call of a second with 429. */
export const agoraRates: readonly RateWindow[] = [{ messagesMax: 20, perMs: 1_100 }];

const apiUrl = "https://api.agora.io";

export interface AgoraOptions {
  readonly appId: string;
  readonly customerId: string;
  readonly customerSecret: string;
  /** Signs notifications; without it none is taken. */
  readonly noticeSecret?: string;
  readonly rooms: readonly AgoraRoom[];
}

export interface AgoraRoom {
  /** The shop's own id of the room. */
  readonly room: string;
  /** What the channel is called at Agora. */
  readonly channelName: string;
}

export function agoraAuthorization({
  customerId,
  customerSecret,
}: Pick<AgoraOptions, "customerId" | "customerSecret">): string {
  return `Basic ${Buffer.from(`${customerId}:${customerSecret}`, "utf8").toString("base64")}`;
}

export function usersUrl(base: string, appId: string, channelName: string): string {
  return `${base}/dev/v1/channel/user/${encodeURIComponent(appId)}/${encodeURIComponent(channelName)}`;
}

/** @param page from 0 */
export function channelsUrl(base: string, appId: string, page: number): string {
  const query = `page_no=${page}&page_size=${agoraLimits.pageSize}`;
  return `${base}/dev/v1/channel/${encodeURIComponent(appId)}?${query}`;
}

type Viewers = { readonly viewers: number } | { readonly gap: Gap };

const notLive: Gap = { code: "not_live", zh: "频道还没有开播或已结束", en: "the channel is not on the air" };

/**
 * The viewers of an answer to the question for a channel's users: in a broadcast its audience, hosts left
 * out.
 */
export function readUsers(answer: Answer): Viewers {
  const read = readData(answer);
  if ("gap" in read) return read;
  const { data } = read;
  if (data["channel_exist"] === false) return { gap: notLive };
  const { mode, total, audience, audience_total: audienceTotal } = data;
  if (mode === 1 && isCount(total)) return { viewers: total };
  if (mode === 2 && isCount(audienceTotal)) return { viewers: audienceTotal };
  if (mode === 2 && Array.isArray(audience) && audience.length < agoraLimits.audienceListedMax)
    return { viewers: audience.length };
  return { gap: oddAnswerGap };
}

interface ChannelPage {
  /** Users of each channel of the page, hosts among them. */
  readonly counts: ReadonlyMap<string, number>;
  readonly total: number;
}

/** One page of the list of channels. */
export function readChannels(answer: Answer): ChannelPage | { readonly gap: Gap } {
  const read = readData(answer);
  if ("gap" in read) return read;
  const { channels, total_size: total } = read.data;
  if (!Array.isArray(channels) || !isCount(total)) return { gap: oddAnswerGap };
  const counts = new Map<string, number>();
  for (const channel of channels as readonly unknown[]) {
    if (typeof channel !== "object" || channel === null) continue;
    const { channel_name: name, user_count: count } = channel as Record<string, unknown>;
    if (typeof name === "string" && isCount(count)) counts.set(name, count);
  }
  return { counts, total };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

const oddAnswerGap: Gap = {
  code: "unreachable",
  zh: "声网的回复看不懂，稍后重试",
  en: "Agora answered something unknown; it is tried again",
};

const limitedGap: Gap = {
  code: "limited",
  zh: "声网限流，稍后自动继续",
  en: "Agora limits the rate; it goes on by itself",
};

function readData(answer: Answer): { readonly data: Record<string, unknown> } | { readonly gap: Gap } {
  const { status, text } = answer;
  if (status === 429) return { gap: limitedGap };
  if (status === 401 || status === 403)
    return {
      gap: {
        code: "refused",
        zh: `声网拒绝访问（HTTP ${status}）：请检查客户 ID、客户密钥和 App ID，以及 RESTful API 是否已开通`,
        en: `Agora refuses access (HTTP ${status}): check customer ID and secret, App ID, REST API`,
      },
    };
  const body = readObject(text);
  const data = body?.["data"];
  if (status !== 200 || body?.["success"] !== true || typeof data !== "object" || data === null)
    return { gap: oddAnswerGap };
  return { data: data as Record<string, unknown> };
}

/** Figures of Agora's: viewers. It knows no likes and no amounts. */
class AgoraSource implements LiveSource {
  readonly kind = "agora";
  readonly pollEveryMs = agoraLimits.pollEveryMs;
  readonly #options: AgoraOptions;
  readonly #base: string;
  readonly #limit = new RateLimit(agoraRates);
  readonly #notices = new NoticeFilter();
  /** By the channel's name. */
  readonly #counts: ReadonlyMap<string, AgoraCount>;
  readonly #toldAt = new Map<string, Instant>();

  constructor(options: AgoraOptions, base: string) {
    this.#options = options;
    this.#base = base;
    this.#counts = new Map(options.rooms.map(({ channelName }) => [channelName, new AgoraCount()]));
  }

  description(): Readonly<Record<string, string>> {
    const { appId, rooms, noticeSecret } = this.#options;
    return {
      appId,
      customerSecret: "••••",
      noticeSecret: noticeSecret === undefined ? "" : "••••",
      rooms: rooms.map(({ room, channelName }) => `${room} ← ${channelName}`).join("、"),
    };
  }

  async poll(context: PollContext): Promise<readonly LiveSample[]> {
    const { rooms } = this.#options;
    const found =
      rooms.length <= agoraLimits.roomsAskedMax
        ? await Promise.all(rooms.map(({ channelName }) => this.#askUsers(channelName, context)))
        : await this.#askChannels(context);
    return rooms.flatMap(({ room, channelName }, index) => {
      const viewers = found[index];
      return viewers === undefined ? [] : [this.#settle(room, channelName, viewers, context.now)];
    });
  }

  receive(message: LiveMessage, now: Instant): Received {
    const { noticeSecret, rooms } = this.#options;
    if (noticeSecret === undefined)
      return refuse(
        404,
        "没有配置声网消息通知的密钥",
        "the secret of Agora's notifications is not configured",
      );
    if (message.body.byteLength > agoraLimits.noticeBytesMax)
      return refuse(413, "通知过大", "the notification is too large");
    if (!verifyNotice(message, noticeSecret))
      return refuse(
        401,
        "声网通知的签名不匹配：请在声网控制台重新复制消息通知的密钥",
        "the notification's signature does not match: copy the secret again from Agora's console",
      );
    const notice = readNotice(message.body);
    if (notice === undefined) return refuse(400, "不是声网的通知", "it is no notification of Agora's");
    const nothing: Received = { ok: true, samples: [], faults: [] };
    if (!this.#notices.isNew(notice, now) || notice.change === null) return nothing;
    const count = this.#counts.get(notice.channelName);
    if (count === undefined) return nothing;
    applyNotice(count, notice);
    const samples = rooms
      .filter(({ channelName }) => channelName === notice.channelName)
      .flatMap(({ room }) => this.#tell(room, count, now));
    return { ok: true, samples, faults: [] };
  }

  /** What is known of the room after a notification, unless it was told within the second. */
  #tell(room: string, count: AgoraCount, now: Instant): readonly LiveSample[] {
    const toldAt = this.#toldAt.get(room);
    if (toldAt !== undefined && now >= toldAt && now - toldAt < agoraLimits.sampleEveryMs) return [];
    const { viewers } = count;
    if (viewers === undefined) return [];
    this.#toldAt.set(room, now);
    return [viewers === null ? gapSample(room, now, notLive) : sampleOf(room, now, viewers)];
  }

  #settle(room: string, channelName: string, found: Viewers, now: Instant): LiveSample {
    const count = this.#counts.get(channelName);
    if ("viewers" in found) {
      count?.setBase(now, found.viewers);
      return sampleOf(room, now, found.viewers);
    }
    if (found.gap.code === "not_live") count?.setBase(now, null);
    return gapSample(room, now, found.gap);
  }

  async #askUsers(channelName: string, context: PollContext): Promise<Viewers> {
    const answer = await this.#ask(usersUrl(this.#base, this.#options.appId, channelName), context);
    return "gap" in answer ? answer : readUsers(answer);
  }

  /** Goes through the list of channels until every room is found; one that no page has is not on the air. */
  async #askChannels(context: PollContext): Promise<readonly Viewers[]> {
    const { appId, rooms } = this.#options;
    const counts = new Map<string, number>();
    const read = (missing: Gap): readonly Viewers[] =>
      rooms.map(({ channelName }) => {
        const viewers = counts.get(channelName);
        return viewers === undefined ? { gap: missing } : { viewers };
      });
    for (let page = 0; page < agoraLimits.pagesMax; page += 1) {
      const answer = await this.#ask(channelsUrl(this.#base, appId, page), context);
      const found = "gap" in answer ? answer : readChannels(answer);
      if ("gap" in found) return read(found.gap);
      // The list shifts while it is read: a channel that comes again brings the later number.
      for (const [name, viewers] of found.counts) counts.set(name, viewers);
      const isLast = (page + 1) * agoraLimits.pageSize >= found.total || found.counts.size === 0;
      if (isLast || rooms.every(({ channelName }) => counts.has(channelName))) break;
    }
    return read(notLive);
  }

  async #ask(url: string, context: PollContext): Promise<Answer | { readonly gap: Gap }> {
    if (this.#limit.take(context.now) > 0) return { gap: limitedGap };
    const answer = await exchange(
      {
        url,
        method: "GET",
        headers: { accept: "application/json", authorization: agoraAuthorization(this.#options) },
        timeoutMs: agoraLimits.timeoutMs,
        answerBytesMax: agoraLimits.answerBytesMax,
      },
      context,
    );
    if (!answer.ok) return { gap: { code: "unreachable", ...answer.words } };
    if (answer.status === 429) {
      const { headers } = answer;
      this.#limit.block(context.now, retryAfterMs(headers, context.now) ?? agoraLimits.limitedWaitMs);
    }
    return answer;
  }
}

function applyNotice(count: AgoraCount, { change, at }: Notice): void {
  if (change === "created") count.setBase(at, 0);
  else if (change === "destroyed") count.setBase(at, null);
  else if (change !== null) count.change(at, change);
}

function sampleOf(room: string, at: Instant, viewers: number): LiveSample {
  return { room, at, viewers, likes: null, amount: null, gap: null };
}

function refuse(status: 400 | 401 | 404 | 413, zh: string, en: string): Received {
  return { ok: false, status, problem: { zh, en } };
}

/** @param base another address than Agora's own, for tests */
export function agoraSource(options: AgoraOptions, base = apiUrl): LiveSource {
  return new AgoraSource(options, base);
}
