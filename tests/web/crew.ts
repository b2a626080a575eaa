import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { send, type Look, type Site, type Visitor } from "./site.ts";

export const crewPassword = "a long enough one";

/** Somebody of the warehouse, on a phone of their own; the password that was made for them is replaced. */
export async function hire(
  { site, key, visitor }: { readonly site: Site; readonly key: string; readonly visitor: Visitor },
  { name, username }: { readonly name: string; readonly username: string },
  look: Look = { screen: "phone" },
): Promise<Page> {
  const body = { name, username, role: "warehouse" };
  const made = await send<{ oneTimePassword: string }>(site, "POST", "/api/v1/users", { key, body });
  const page = await visitor.open(site, look);
  const headers = { origin: site.url };
  const signIn = async (password: string) => {
    const answer = await page.request.post("/api/auth/sign-in/username", {
      data: { username, password },
      headers,
    });
    assert.equal(answer.ok(), true, await answer.text());
  };
  await signIn(made.oneTimePassword);
  const data = { currentPassword: made.oneTimePassword, newPassword: crewPassword };
  const changed = await page.request.post("/api/auth/change-password", { data, headers });
  assert.equal(changed.ok(), true, await changed.text());
  await signIn(crewPassword);
  return page;
}
