// Where downloads are kept: one folder, in which every file lies where its address says.
import { createHash } from "node:crypto";
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";

/** Environment variables. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** REGRAFT_CACHE, or `regraft` in the folder that the system has for caches. */
export function cacheFolder(env: Variables, platform: NodeJS.Platform = process.platform, home = homedir()): string {
  const { REGRAFT_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = env;
  if (REGRAFT_CACHE) return resolve(REGRAFT_CACHE);
  // By the XDG specification a relative path is none.
  if (XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME)) return join(XDG_CACHE_HOME, "regraft");
  if (platform === "darwin") return join(home, "Library", "Caches", "regraft");
  if (platform === "win32") return join(LOCALAPPDATA || join(home, "AppData", "Local"), "regraft", "Cache");
  return join(home, ".cache", "regraft");
}

/** `https://host/a/b.onnx` lies at `<folder>/host/a/b.onnx`, wherever it was really fetched from. */
export function cachePath(folder: string, url: string): string {
  const { host, pathname, search } = new URL(url);
  const parts = [host, ...pathname.split("/").filter((part) => part !== "")].map(safePart);
  // What the query says may be another file, and must not be readable in a listing.
  const variant = search ? [`query-${createHash("sha256").update(search).digest("hex").slice(0, 16)}`] : [];
  return join(folder, ...parts.slice(0, -1), ...variant, parts.at(-1)!);
}

/** Percent-encoded where a file system might take it for something else, Windows included. */
function safePart(part: string): string {
  const encoded = encodeURIComponent(decoded(part)).replace(/[*'!()~]|\.$/g, percent);
  return /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(encoded) ? percent(encoded[0]!) + encoded.slice(1) : encoded;
}

const percent = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

/** A part of an address may have a % that encodes nothing. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
