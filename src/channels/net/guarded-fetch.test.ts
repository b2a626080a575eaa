import assert from "node:assert/strict";
import { test } from "node:test";
import { guardedLookup, type Resolve } from "./guarded-fetch.ts";
import { publicOnly } from "./policy.ts";

/** What Node's own `dns.lookup` does when a name is unknown: an error, and no list of addresses at all. */
const unresolved: Resolve = (_hostname, done) =>
  done(Object.assign(new Error("getaddrinfo EAI_AGAIN"), { code: "EAI_AGAIN" }), undefined as never);

test("a name that cannot be resolved is an error of the call, not of the process", async () => {
  const lookup = guardedLookup(publicOnly, unresolved);
  const code = await new Promise<string | undefined>((resolve) => {
    lookup("robot.example", { all: true }, (error) => resolve(error?.code));
  });
  assert.equal(code, "EAI_AGAIN");
});
