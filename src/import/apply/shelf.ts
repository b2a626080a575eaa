import type { PutDocument } from "../../domain/command.ts";
import type { Reads, ShopId } from "../../store/store.ts";
import { parseProfile, ProfileError, type Profile } from "../profile.ts";
import { loadProfiles, shippedProfilesDir, type ProfileShelf } from "../profile-files.ts";

/** Profiles that were made on the page are documents of the shop, so that every node has them. */
export const profileKind = "import_profile";

/**
 * All profiles of a shop: shipped ones, over them files of `dirs`, over them those saved in the shop. What is no
 * profile, or is one that this version does not understand, is left out and told.
 */
export async function loadShelf(
  reads: Pick<Reads, "documents">,
  shop: ShopId | null,
  dirs: readonly string[],
): Promise<ProfileShelf> {
  const files = await loadProfiles([shippedProfilesDir, ...dirs]);
  const profiles = new Map(files.profiles);
  const errors = [...files.errors];
  for (const document of shop === null ? [] : await reads.documents(shop, profileKind)) {
    try {
      const profile = parseProfile(document.body, document.id);
      profiles.set(profile.name, profile);
    } catch (error) {
      if (!(error instanceof ProfileError)) throw error;
      errors.push(error);
    }
  }
  return { profiles, errors };
}

/** The command that saves a profile over whatever version of it there is. */
export async function saveProfileCommand(
  reads: Pick<Reads, "document">,
  shop: ShopId,
  profile: Profile,
  by: { readonly actor: string; readonly at: number },
): Promise<PutDocument> {
  const known = await reads.document(shop, profileKind, profile.name);
  return {
    type: "putDocument",
    kind: profileKind,
    id: profile.name,
    version: known?.version ?? 0,
    body: profile,
    ...by,
  };
}
