import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { StreamParser } from "./sse.ts";

test("an event has its name, its data and its id", () => {
  const events = new StreamParser().push('event: change\nid: 7\ndata: {"seq":7}\n\n');
  assert.deepEqual(events, [{ event: "change", data: '{"seq":7}', id: "7" }]);
});

test("comments and retry hints are no events, and data of several lines is one text", () => {
  const events = new StreamParser().push(": beat\n\nretry: 1000\n\ndata: a\ndata: b\n\n");
  assert.deepEqual(events, [{ event: "message", data: "a\nb", id: null }]);
});

test("however a stream is cut, its events are the same", () => {
  const stream = ["\n", "\r\n"].map((end) =>
    ["event: snapshot", "id: 1", "data: 一", "", ": beat", "", "data: two", "", ""].join(end),
  );
  fc.assert(
    fc.property(fc.constantFrom(...stream), fc.array(fc.nat(60), { maxLength: 12 }), (text, cuts) => {
      const parser = new StreamParser();
      const places = [...new Set([0, ...cuts.map((cut) => Math.min(cut, text.length)), text.length])];
      const sorted = places.toSorted((a, b) => a - b);
      const events = sorted.flatMap((from, index) => parser.push(text.slice(from, sorted[index + 1])));
      assert.deepEqual(
        events.map(({ event, data }) => [event, data]),
        [
          ["snapshot", "一"],
          ["message", "two"],
        ],
      );
    }),
  );
});
