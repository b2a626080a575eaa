import type { Identity } from "./identity.ts";
import { accountLimits } from "./limits.ts";

/** What a check of a credential found. */
export interface Found {
  readonly identity: Identity;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Checks a credential against the database. */
export type Find = () => Promise<Found | null>;

export interface CredentialCache {
  /** Who a credential is when that was checked lately, else null. */
  readonly lookUp: (credential: string) => Identity | null;
  /** Checks a credential, once for all who ask meanwhile, and remembers who it is. */
  readonly check: (credential: string, find: Find) => Promise<Identity | null>;
  /** Forgets everything, also what is being checked right now. */
  readonly forget: () => void;
}

interface Checked {
  readonly identity: Identity;
  /** Milliseconds since 1970; from then on the database is asked again. */
  readonly believedUntil: number;
}

/** Only valid credentials are remembered, so strangers cannot fill the memory. */
export function createCache(clock: () => number): CredentialCache {
  const checked = new Map<string, Checked>();
  const checking = new Map<string, Promise<Identity | null>>();
  let generation = 0;

  function lookUp(credential: string): Identity | null {
    const known = checked.get(credential);
    if (known === undefined) return null;
    if (clock() < known.believedUntil) return known.identity;
    checked.delete(credential);
    return null;
  }

  function remember(credential: string, { identity, expiresAt }: Found): void {
    const oldest = checked.keys().next();
    if (checked.size >= accountLimits.identitiesCachedMax && oldest.done !== true) {
      checked.delete(oldest.value);
    }
    const believedUntil = Math.min(clock() + accountLimits.identityCacheMs, expiresAt);
    checked.set(credential, { identity, believedUntil });
  }

  async function ask(credential: string, find: Find): Promise<Identity | null> {
    const startedIn = generation;
    const found = await find();
    if (found === null) return null;
    // What was read before something was revoked may be true no longer.
    if (startedIn === generation) remember(credential, found);
    return found.identity;
  }

  function check(credential: string, find: Find): Promise<Identity | null> {
    const running = checking.get(credential);
    if (running !== undefined) return running;
    const started = ask(credential, find).finally(() => {
      if (checking.get(credential) === started) checking.delete(credential);
    });
    checking.set(credential, started);
    return started;
  }

  function forget(): void {
    generation += 1;
    checked.clear();
    checking.clear();
  }

  return { lookUp, check, forget };
}
