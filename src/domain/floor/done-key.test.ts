import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { clockedOf, moveKey, pickKey } from "./done-key.ts";

test("[H13] what is known of a time comes back from the keys of picks and moves, and from no other key", () => {
  const device = fc.stringMatching(/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,20}$/u);
  const number = fc.nat({ max: Number.MAX_SAFE_INTEGER });
  const phone = fc.oneof(
    fc.record({ slackMs: fc.nat(), device, deviceSeq: number }),
    fc.record({ slackMs: fc.nat(), device: fc.constant(null), deviceSeq: fc.constant(0) }),
  );
  fc.assert(
    fc.property(phone, fc.string({ minLength: 1 }), fc.nat(), (made, request, index) => {
      const known = { ...made };
      assert.deepEqual(clockedOf(pickKey("W0a9", index, known, 0)), known);
      const isPlain = known.device === null && known.slackMs === 0;
      assert.deepEqual(clockedOf(moveKey(request, known)), isPlain ? null : known);
    }),
  );
  for (const key of [null, "key:move/1/2/p/k", "transfer", "pick/W1/2"]) assert.equal(clockedOf(key), null);
});
