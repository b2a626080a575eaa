import { apiBase, request } from "../../api.ts";

interface OwnerBody {
  readonly token: string;
  readonly username: string;
  readonly name: string;
  readonly password: string;
}

/** Signing in and out, and one's own password. */
export const account = {
  createOwner: (body: OwnerBody) => request<unknown>(`${apiBase}/setup/owner`, { method: "POST", body }),
  signIn: (body: { username: string; password: string }) =>
    request<unknown>("/api/auth/sign-in/username", { method: "POST", body }),
  changePassword: (body: { currentPassword: string; newPassword: string }) =>
    request<unknown>("/api/auth/change-password", { method: "POST", body }),
};

export const passwordCharsMin = 8;
