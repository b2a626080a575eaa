import { ImportFileError } from "../problem.ts";
import type { Profile } from "../profile.ts";
import { recogniseProfiles } from "../profile-recognise.ts";
import { openTable, type Table, type TableOptions } from "../file/table.ts";
import type { FileInput } from "../file/source.ts";

const errorSentences = {
  profile_missing: (name: string, others: string) => ({
    zh: `没有名为「${name}」的方案，有的是：${others}`,
    en: `No profile named "${name}"; there are: ${others}`,
  }),
  profile_kind: (name: string, others: string) => ({
    zh: `方案「${name}」不是${others === "stock" ? "库存表" : "订单"}的方案`,
    en: `The profile "${name}" is not one of ${others === "stock" ? "stock lists" : "orders"}`,
  }),
  other_kind: (name: string, others: string) => ({
    zh: `这份文件看起来是${others === "stock" ? "库存表" : "订单"}（方案「${name}」）：请改用 import ${others}`,
    en: `This file looks like ${others === "stock" ? "a stock list" : "orders"} (profile "${name}"): use import ${others}`,
  }),
} as const;

/** The profile that was asked for cannot be used. */
export class ProfileChoiceError extends Error {
  override readonly name = "ProfileChoiceError";
  readonly code: keyof typeof errorSentences;
  readonly zh: string;
  readonly en: string;
  constructor(code: keyof typeof errorSentences, name: string, others: string) {
    const { zh, en } = errorSentences[code](name, others);
    super(en);
    this.code = code;
    this.zh = zh;
    this.en = en;
  }
}

export interface OpenOptions extends TableOptions {
  readonly kind: Profile["kind"];
  /** Absent: the one that fits the file's header. */
  readonly profile?: string;
}

/**
 * Opens a file and finds its profile. The caller closes the table.
 * @throws ImportFileError, ProfileChoiceError
 */
export async function openWithProfile(
  input: FileInput,
  profiles: ReadonlyMap<string, Profile>,
  options: OpenOptions,
): Promise<{ table: Table; profile: Profile }> {
  const named = options.profile === undefined ? null : namedProfile(profiles, options.profile, options.kind);
  const table = await openTable(input, options);
  try {
    return { table, profile: named ?? recognised(table.headers, profiles, options.kind) };
  } catch (error) {
    await table.close();
    throw error;
  }
}

function namedProfile(profiles: ReadonlyMap<string, Profile>, name: string, kind: Profile["kind"]): Profile {
  const profile = profiles.get(name);
  if (profile === undefined) {
    const ofKind = [...profiles.values()].filter((one) => one.kind === kind);
    throw new ProfileChoiceError("profile_missing", name, ofKind.map((one) => one.name).join("、"));
  }
  if (profile.kind !== kind) throw new ProfileChoiceError("profile_kind", name, kind);
  return profile;
}

function recognised(
  headers: readonly string[],
  profiles: ReadonlyMap<string, Profile>,
  kind: Profile["kind"],
): Profile {
  const fitting = recogniseProfiles(headers, profiles.values()).filter((one) => one.missing.length === 0);
  const best = fitting.find((one) => one.profile.kind === kind);
  if (best !== undefined) return best.profile;
  const other = fitting[0]?.profile;
  if (other !== undefined) throw new ProfileChoiceError("other_kind", other.name, other.kind);
  throw new ImportFileError("profile_unknown", { name: headers.join("、") });
}
