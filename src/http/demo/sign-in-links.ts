import { createHash } from "node:crypto";

interface Account {
  readonly username: string;
  readonly password: string;
}

interface Link {
  readonly next: string;
}

const tokenBytes = 32;

/**
 * Links that sign in as the demo's owner, each once. The password is made up when the demo begins, and known to this
 * process alone; of a link only its hash is kept.
 */
export class SignInLinks {
  readonly #random: (bytes: number) => string;
  readonly #onUsed: (next: string) => void;
  readonly #links = new Map<string, Link>();
  account: Account | null = null;

  /** @param onUsed hears which page a link led to, once it is used up: whoever waits gets another */
  constructor(random: (bytes: number) => string, onUsed: (next: string) => void) {
    this.#random = random;
    this.#onUsed = onUsed;
  }

  /** @param next the page that follows, a path of this site. @returns path and query */
  issue(next: string): string {
    const token = this.#random(tokenBytes);
    this.#links.set(hashOf(token), { next });
    return `/demo/sign-in?token=${token}`;
  }

  /** The account and the page of a link, which is used up then; null: there is no such link. */
  take(token: string): { account: Account; next: string } | null {
    const key = hashOf(token);
    const link = this.#links.get(key);
    if (link === undefined || this.account === null) return null;
    this.#links.delete(key);
    this.#onUsed(link.next);
    return { account: this.account, next: link.next };
  }
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}
