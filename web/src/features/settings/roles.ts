import type { Role } from "@/api/types";

export const ROLES: readonly Role[] = ["agent", "supervisor", "admin", "owner"];

/** The roles that somebody may give: only owners make owners. */
export const rolesFor = (mine: Role): readonly Role[] =>
  mine === "owner" ? ROLES : ROLES.filter((role) => role !== "owner");
