import { randomInt } from "node:crypto";
import { accountLimits } from "./limits.ts";
import { accept, refuse } from "./problem.ts";
import type { Answer } from "./problem.ts";

/** Control characters, and half a character. */
const unprintable = /[\p{Cc}\p{Cs}]/u;
/** Letters and digits of any script: 小美 is a user name. */
const usernamePattern = /^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u;

/** No 0 and o, no 1, i and l: the password is read aloud and typed on a phone. */
const oneTimeAlphabet = "abcdefghjkmnpqrstuvwxyz23456789";
const oneTimeGroups = 4;
const oneTimeGroupChars = 4;

/** User names match without regard to width, case and surrounding blanks. */
export function normaliseUsername(text: string): string {
  return text.normalize("NFKC").trim().toLowerCase();
}

export function isUsername(normalised: string): boolean {
  const { usernameCharsMin, usernameCharsMax } = accountLimits;
  return (
    normalised.length >= usernameCharsMin &&
    normalised.length <= usernameCharsMax &&
    usernamePattern.test(normalised)
  );
}

/** The normalised user name, or why it is none. */
export function checkUsername(text: string): Answer<string> {
  const username = normaliseUsername(text);
  if (isUsername(username)) return accept(username);
  const { usernameCharsMin, usernameCharsMax } = accountLimits;
  return refuse("invalid_body", {
    path: "username",
    problem: `a user name has ${usernameCharsMin} to ${usernameCharsMax} letters, digits, dots, dashes, underscores`,
    problemZh: `用户名为 ${usernameCharsMin} 到 ${usernameCharsMax} 个文字、字母、数字、点、短横或下划线`,
  });
}

/** A name that people see, trimmed, or why it is none. */
export function checkName(text: string): Answer<string> {
  const name = text.normalize("NFC").trim();
  if (name !== "" && name.length <= accountLimits.nameCharsMax && !unprintable.test(name)) {
    return accept(name);
  }
  return refuse("invalid_body", {
    path: "name",
    problem: `a name has 1 to ${accountLimits.nameCharsMax} characters on one line`,
    problemZh: `名称为 1 到 ${accountLimits.nameCharsMax} 个字，不能换行`,
  });
}

/**
 * The password itself, or why it may not be one.
 * @param path where in the body it stands
 * @param taken what it may not be: the user name, the password that it replaces
 */
export function checkPassword(password: string, path: string, taken: readonly string[]): Answer<string> {
  const { passwordCharsMin, passwordCharsMax } = accountLimits;
  if (password.length < passwordCharsMin || password.length > passwordCharsMax) {
    return refuse("invalid_body", {
      path,
      problem: `a password has ${passwordCharsMin} to ${passwordCharsMax} characters`,
      problemZh: `密码长度为 ${passwordCharsMin} 到 ${passwordCharsMax} 个字符`,
    });
  }
  if (taken.some((text) => text.toLowerCase() === password.toLowerCase())) {
    return refuse("invalid_body", {
      path,
      problem: "the password must differ from the user name and from the one it replaces",
      problemZh: "新密码不能和用户名或原密码相同",
    });
  }
  return accept(password);
}

/** A password to hand over once, e.g. `k7mp-3xqv-9rtw-h2dn`: 31^16 of them, 79 bits. */
export function createOneTimePassword(): string {
  const group = () =>
    Array.from({ length: oneTimeGroupChars }, () => oneTimeAlphabet[randomInt(oneTimeAlphabet.length)]).join(
      "",
    );
  return Array.from({ length: oneTimeGroups }, group).join("-");
}
