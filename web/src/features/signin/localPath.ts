/** A path of this app, or nothing: a link from outside must not lead elsewhere after signing in. */
export function localPath(value: unknown): string | undefined {
  if (typeof value !== "string" || !/^\/(?![/\\])/.test(value)) return undefined;
  return value.startsWith("/sign-in") ? undefined : value;
}
