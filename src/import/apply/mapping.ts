import { createHash } from "node:crypto";
import { parseProfile, type Profile, type ProfileStatus } from "../profile.ts";
import { draftProfile } from "../profile-suggest.ts";

/** Columns of a file as a person mapped them. */
export interface Mapping {
  readonly kind: Profile["kind"];
  /** What the profile is to be called, in any language; absent: it is used once and not kept. */
  readonly name?: string;
  /** Field to header. */
  readonly columns: Readonly<Record<string, string | undefined>>;
  readonly channel?: string;
  /** Are amounts in the file in yuan (`major`) or in fen (`minor`)? */
  readonly money?: "major" | "minor";
  /** What the platform's words mean. */
  readonly status?: Readonly<Record<string, ProfileStatus>>;
}

const unnamed = { name: "mapped-by-hand", title: "手工对应" };

/**
 * The profile that a mapping is.
 * @throws ProfileError where required columns are missing, or words of a status column have no meaning
 */
export function profileOfMapping(
  mapping: Mapping,
  shop: { readonly timeZone: string; readonly currency: string },
): Profile {
  const { kind, name, status, channel, money } = mapping;
  const columns = Object.fromEntries(
    Object.entries(mapping.columns).filter(([, header]) => header !== undefined && header.trim() !== ""),
  ) as Record<string, string>;
  const draft = draftProfile(
    name === undefined ? unnamed.name : slugOf(name),
    name?.trim() ?? unnamed.title,
    { kind, columns, unused: [] },
  );
  const statusHeader = columns.status;
  const withStatus = kind === "orders" && statusHeader !== undefined && status !== undefined;
  return parseProfile({
    ...draft,
    timeZone: shop.timeZone,
    currency: shop.currency,
    money: money ?? "major",
    columns: { ...draft.columns, ...(withStatus ? { status: { from: [statusHeader] } } : {}) },
    ...(withStatus ? { status } : {}),
    ...(kind === "orders" && channel !== undefined ? { channel } : {}),
  });
}

const slugCharsMax = 40;

/** A profile's id of its title: readable where the title is ASCII, and always the same for the same title. */
function slugOf(title: string): string {
  const plain = title
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, slugCharsMax);
  const mark = createHash("sha256").update(title.normalize("NFKC").trim()).digest("hex").slice(0, 8);
  return plain === "" ? `own-${mark}` : `${plain}-${mark}`;
}
