import { after, before, describe } from "node:test";
import { activitiesContract } from "./contract/activities.ts";
import { concurrencyContract } from "./contract/concurrency.ts";
import { daysContract } from "./contract/days.ts";
import { deliveriesContract } from "./contract/deliveries.ts";
import { historiesContract } from "./contract/histories.ts";
import { isolationContract } from "./contract/isolation.ts";
import { journalContract, verifyContract } from "./contract/journal.ts";
import { orderSidesContract } from "./contract/order-sides.ts";
import { outcomesContract } from "./contract/outcomes.ts";
import { photosContract } from "./contract/photos.ts";
import { readsContract } from "./contract/reads.ts";
import { workContract } from "./contract/work.ts";
import { workEventsContract } from "./contract/work-events.ts";
import type { Opened, OpenStore } from "./harness.ts";

/**
 * What every store must do, the same for all of them. Each test works in shops of its own, so all of them share
 * one store, as the shops of one installation do.
 * @param runs how many random histories are tried for each property
 */
export function storeContract(name: string, open: OpenStore, runs = 100): void {
  let opened: Opened | undefined;
  const current = (): Opened => {
    if (opened === undefined) throw new Error("the store is not open");
    return opened;
  };
  describe(`${name}: store contract`, () => {
    before(async () => {
      opened = await open();
    });
    after(() => opened?.close());
    describe("outcomes", () => outcomesContract(current));
    describe("journal", () => journalContract(current));
    describe("verify", () => verifyContract(current));
    describe("concurrency", () => concurrencyContract(current));
    describe("timelines", () => activitiesContract(current));
    describe("timed work", () => workContract(current));
    describe("papers", () => workEventsContract(current));
    describe("pictures", () => photosContract(current));
    describe("orders' sides", () => orderSidesContract(current));
    describe("closed days", () => daysContract(current));
    describe("deliveries", () => deliveriesContract(current));
    describe("reads", () => readsContract(current));
    describe("isolation of shops", () => isolationContract(current));
    describe("random histories", () => historiesContract(current, runs));
  });
}
