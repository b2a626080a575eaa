import { hkdfSync } from "node:crypto";
import { apiKey } from "@better-auth/api-key";
import { betterAuth } from "better-auth";
import type { BetterAuthPlugin } from "better-auth";
import { username } from "better-auth/plugins/username";
import type { FastifyBaseLogger } from "fastify";
import type { OpenDatabase } from "./database.ts";
import { accountLimits } from "./limits.ts";
import { isUsername, normaliseUsername } from "./text.ts";

/** Where better-auth answers, as paths of this server. */
export const authPath = "/api/auth";
/** The prefix by which a leaked key is recognised, by people and by secret scanners. */
export const keyPrefix = "zaiku_";
/** Random letters after the prefix: 52^48 of them, 273 bits. */
const keyChars = 48;
const cookiePrefix = "zaiku";
/** The one cookie of a session; HttpOnly, SameSite=Lax. */
export const sessionCookie = `${cookiePrefix}.session_token`;
/** How the caller's address reaches better-auth: set by us on every call, so nobody else can choose it. */
export const addressHeader = "x-zaiku-address";

/** What Zaiku keeps beside better-auth's own tables. */
const accountsPlugin = {
  id: "zaiku-accounts",
  schema: {
    user: {
      fields: {
        role: { type: "string", required: true, input: false },
        shop: { type: "number", required: true, input: false },
        mustChangePassword: { type: "boolean", required: true, input: false, defaultValue: false },
        lastSignInAt: { type: "date", required: false, input: false },
      },
    },
    accountChange: {
      fields: {
        number: { type: "number", required: true, input: false, unique: true },
        at: { type: "date", required: true, input: false },
        shop: { type: "number", required: true, input: false },
        actorId: { type: "string", required: true, input: false },
        actorName: { type: "string", required: true, input: false },
        actorKind: { type: "string", required: true, input: false },
        action: { type: "string", required: true, input: false },
        targetId: { type: "string", required: true, input: false },
        targetName: { type: "string", required: true, input: false },
        detail: { type: "string", required: false, input: false },
      },
    },
  },
} as const satisfies BetterAuthPlugin;

export interface AuthOptions {
  readonly database: OpenDatabase;
  readonly secret: string;
  readonly baseUrl: string | null;
  readonly log: FastifyBaseLogger;
}

/** A key for this purpose alone: what signs cookies never hashes buyers. */
function deriveKey(secret: string): string {
  return Buffer.from(hkdfSync("sha256", secret, "", "zaiku accounts 1", 32)).toString("base64url");
}

/**
 * The origins that are this server: the configured one, and the host that the browser asked. Taking that one as
 * named is safe: a stranger's name that points here gets no cookie of ours, since a cookie belongs to one host.
 */
function ownOrigins(baseUrl: string | null, request: Request | undefined): string[] {
  const own = baseUrl === null ? [] : [new URL(baseUrl).origin];
  if (request === undefined) return own;
  const { host } = new URL(request.url);
  return [...own, `http://${host}`, `https://${host}`];
}

/** What differs from better-auth's defaults, each for the reason beside it. */
export function createAuth({ database, secret, baseUrl, log }: AuthOptions) {
  return betterAuth({
    appName: "Zaiku",
    basePath: authPath,
    // Given always: without it the library would look for one in the environment.
    baseURL: new URL(baseUrl ?? "http://localhost").origin,
    trustedOrigins: async (request) => ownOrigins(baseUrl, request),
    secrets: [{ version: 1, value: deriveKey(secret) }],
    database: database.option,
    telemetry: { enabled: false },
    // Owners create accounts; nobody signs up.
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: accountLimits.passwordCharsMin,
      maxPasswordLength: accountLimits.passwordCharsMax,
    },
    session: { expiresIn: accountLimits.sessionSecondsMax, disableSessionRefresh: true },
    // In the database, so that a restart or another node forgets no attempt.
    rateLimit: {
      enabled: true,
      storage: "database",
      window: 60,
      max: accountLimits.otherCallsPerMinuteMax,
      customRules: {
        "/sign-in/username": { window: 60, max: accountLimits.signInsPerMinuteMax },
        "/change-password": { window: 60, max: accountLimits.passwordChangesPerMinuteMax },
        "/get-session": false,
        "/sign-out": false,
      },
    },
    advanced: {
      cookiePrefix,
      // One name for the cookie everywhere; `Secure` is added where the page came by https.
      useSecureCookies: false,
      ipAddress: { ipAddressHeaders: [addressHeader] },
      // Said aloud, because the library drops both checks when NODE_ENV is "test".
      disableCSRFCheck: false,
      disableOriginCheck: false,
    },
    // Its messages without their arguments: those may carry what a person typed.
    logger: { level: "warn", log: (level, message) => log[level](`accounts: ${message}`) },
    plugins: [
      username({
        minUsernameLength: accountLimits.usernameCharsMin,
        maxUsernameLength: accountLimits.usernameCharsMax,
        usernameNormalization: normaliseUsername,
        usernameValidator: isUsername,
        validationOrder: { username: "post-normalization" },
        displayUsername: false,
      }),
      apiKey({
        defaultPrefix: keyPrefix,
        defaultKeyLength: keyChars,
        startingCharactersConfig: { charactersLength: keyPrefix.length + 4 },
        requireName: true,
        maximumNameLength: accountLimits.nameCharsMax,
        enableMetadata: true,
        keyExpiration: { maxExpiresIn: accountLimits.keyDaysMax },
        // The queue of the engine bounds what a key can do; a daily count would stop a broadcast.
        rateLimit: { enabled: false },
      }),
      accountsPlugin,
    ],
  });
}

export type Auth = ReturnType<typeof createAuth>;
