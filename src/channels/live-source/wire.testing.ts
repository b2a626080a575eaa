// What Agora answers and sends, in the shape of its documentation and, where it gives one, with its example.

/** The body of the documented vector, byte for byte. */
export const noticeVector = {
  secret: "secret",
  body: '{"noticeId":"1205703979:24226:102","productId":1,"eventType":105,"notifyMs":1611566412672,"payload":{"channelName":"live-3","uid":12121212,"ts":1611566412}}',
  sha256: "591699ea7281e46053dcb42619cd31a938d9b1a46702fd5790f025a92124e1d1",
  sha1: "ccb990e9b6fc07687fe350facc017b5c0ad11346",
  notifyMs: 1_611_566_412_672,
} as const;

export const agoraWire = {
  broadcast:
    '{"success":true,"data":{"channel_exist":true,"mode":2,"broadcasters":[574332,1347839],"audience":[2000,2003,2008,2009,2010],"audience_total":5}}',
  /** An audience too long to be listed whole. */
  crowd: `{"success":true,"data":{"channel_exist":true,"mode":2,"broadcasters":[574332],"audience":[${Array.from({ length: 10_000 }, (_, index) => 2_000_000_000 + index).join(",")}],"audience_total":100231}}`,
  crowdWithoutTotal: `{"success":true,"data":{"channel_exist":true,"mode":2,"broadcasters":[574332],"audience":[${Array.from({ length: 10_000 }, (_, index) => index + 1).join(",")}]}}`,
  withoutTotal:
    '{"success":true,"data":{"channel_exist":true,"mode":2,"broadcasters":[574332],"audience":[2000,2003]}}',
  communication: '{"success":true,"data":{"channel_exist":true,"mode":1,"total":3,"users":[906218805,1,2]}}',
  none: '{"success":true,"data":{"channel_exist":false}}',
  unauthorized: '{"message":"Invalid authentication credentials"}',
  limited: '{"message":"API rate limit exceeded"}',
} as const;

/** One page of the list of channels. */
export function channelsPage(channels: readonly [name: string, users: number][], total: number): string {
  return JSON.stringify({
    success: true,
    data: {
      channels: channels.map(([name, users]) => ({ channel_name: name, user_count: users })),
      total_size: total,
    },
  });
}

/** A notification as Agora writes it. */
export function noticeBody(
  id: string,
  eventType: number,
  channelName: string,
  tsSeconds: number,
  productId = 1,
): string {
  const payload = { channelName, uid: 12_121_212, clientSeq: 1, platform: 1, ts: tsSeconds };
  return JSON.stringify({
    sid: "C866467GVJJ54687",
    noticeId: id,
    productId,
    eventType,
    notifyMs: tsSeconds * 1_000 + 400,
    payload,
  });
}
