import { mkdir, readdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseProfile, ProfileError } from "./profile.ts";
import type { Profile } from "./profile.ts";

/** Profiles that come with the product. */
export const shippedProfilesDir = fileURLToPath(new URL("../../profiles/", import.meta.url));

const profileBytesMax = 262_144;
const profilesMax = 1_000;

export interface ProfileShelf {
  /** By name; a user's own profile replaces a shipped one of the same name. */
  readonly profiles: ReadonlyMap<string, Profile>;
  /** Files that are no profiles. They are left out, and said so. */
  readonly errors: readonly ProfileError[];
}

/**
 * Loads all profiles of some folders, later folders over earlier ones. A folder that does not exist is an empty one.
 * A bad file never keeps the good ones from being used.
 */
export async function loadProfiles(dirs: readonly string[]): Promise<ProfileShelf> {
  const profiles = new Map<string, Profile>();
  const errors: ProfileError[] = [];
  for (const dir of dirs) {
    for (const path of await profilePaths(dir)) {
      try {
        const profile = await readProfile(path);
        profiles.set(profile.name, profile);
      } catch (error) {
        if (!(error instanceof ProfileError)) throw error;
        errors.push(error);
      }
    }
  }
  return { profiles, errors };
}

/** @throws ProfileError */
export async function readProfile(path: string): Promise<Profile> {
  const { size } = await stat(path);
  if (size > profileBytesMax) {
    throw new ProfileError([{ path: "/", zh: "文件太大", en: `larger than ${profileBytesMax} bytes` }], path);
  }
  let value: unknown;
  try {
    value = JSON.parse((await readFile(path, "utf8")).replace(/^\ufeff/, ""));
  } catch {
    throw new ProfileError([{ path: "/", zh: "不是 JSON 文件", en: "not a JSON file" }], path);
  }
  return parseProfile(value, path);
}

/**
 * Keeps a profile as `NAME.json`, whole or not at all. Its name is safe as a file's name: the schema sees to that.
 *
 * @throws ProfileError
 */
export async function saveProfile(dir: string, value: unknown): Promise<Profile> {
  const profile = parseProfile(value);
  await mkdir(dir, { recursive: true });
  const path = join(dir, `${profile.name}.json`);
  const unfinished = `${path}.new`;
  await writeFile(unfinished, `${JSON.stringify(profile, null, 2)}\n`, { flush: true });
  await rename(unfinished, path);
  return profile;
}

async function profilePaths(dir: string): Promise<string[]> {
  const names = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return names
    .filter((name) => name.endsWith(".json"))
    .toSorted()
    .slice(0, profilesMax)
    .map((name) => join(dir, name));
}
