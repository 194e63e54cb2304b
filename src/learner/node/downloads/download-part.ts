// A download under way: what has come so far, kept so that it can go on later. Two downloads of one file, in this
// process or another, never write to the same part: each renames the part that it takes, and a rename succeeds once.
import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { makeFolder } from "../make-folder.js";

/** What a part is a part of. */
export interface PartOrigin {
  readonly url: string;
  /** The server's name for this very content, as If-Range takes it: an ETag or a date. */
  readonly validator: string;
  readonly total: number | undefined;
}

export interface Part {
  /** The file of bytes. */
  readonly data: string;
  size(): Promise<number>;
  /** Nothing when the bytes could not be continued. */
  origin(): Promise<PartOrigin | undefined>;
  /** Says where the bytes to come are from; without it they cannot be continued. */
  setOrigin(origin: PartOrigin | undefined): Promise<void>;
  /** Leaves it to whoever downloads the file next. */
  release(): Promise<void>;
  remove(): Promise<void>;
}

/** Takes what somebody left of the file, or begins anew. */
export async function takePart(file: string): Promise<Part> {
  await makeFolder(dirname(file));
  const mine = `${file}.${host}-${process.pid}-${randomUUID().slice(0, 8)}.part`;
  for (const left of await partsLeft(file)) {
    // Another download may be faster.
    const taken = await rename(left, mine).then(
      () => true,
      () => false,
    );
    if (taken) return partIn(mine, file);
  }
  await mkdir(mine);
  return partIn(mine, file);
}

/** Removes what nobody is working on, of a file that is complete. */
export async function removeParts(file: string): Promise<void> {
  for (const left of await partsLeft(file)) await rm(left, { recursive: true, force: true });
}

const released = "left";
const host = hostname().replace(/[^\w.-]/g, "_");

function partIn(folder: string, file: string): Part {
  const data = join(folder, "data");
  const origin = join(folder, "origin.json");
  return {
    data,
    size: async () => (await stat(data).catch(() => undefined))?.size ?? 0,
    origin: async () => {
      const text = await readFile(origin, "utf8").catch(() => "");
      return parsed(text);
    },
    setOrigin: (value) => (value ? writeFile(origin, JSON.stringify(value)) : rm(origin, { force: true })),
    release: () => rename(folder, `${file}.${released}-${randomUUID().slice(0, 8)}.part`),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

function parsed(text: string): PartOrigin | undefined {
  try {
    const { url, validator, total } = JSON.parse(text) as Record<string, unknown>;
    const known = typeof url === "string" && typeof validator === "string";
    return known ? { url, validator, total: typeof total === "number" ? total : undefined } : undefined;
  } catch {
    return undefined;
  }
}

/** Parts of the file that nobody is working on, the largest first. */
async function partsLeft(file: string): Promise<string[]> {
  const prefix = `${basename(file)}.`;
  const names = (await readdir(dirname(file)).catch(() => [])).filter((name) => name.startsWith(prefix));
  const found: { readonly path: string; readonly size: number }[] = [];
  for (const name of names.filter((name) => name.endsWith(".part"))) {
    const path = join(dirname(file), name);
    const [folder, data] = await Promise.all(
      [path, join(path, "data")].map((path) => stat(path).catch(() => undefined)),
    );
    const written = Math.max(folder?.mtimeMs ?? Date.now(), data?.mtimeMs ?? 0);
    if (isLeft(name.slice(prefix.length), written)) found.push({ path, size: data?.size ?? 0 });
  }
  return found.sort((a, b) => b.size - a.size).map(({ path }) => path);
}

const longSilence = 3_600_000;

/** Released, or its process is gone, or, where that cannot be told, nothing has come for an hour. */
function isLeft(name: string, written: number): boolean {
  if (new RegExp(`^${released}-[0-9a-f]{8}\\.part$`).test(name) || Date.now() - written > longSilence) return true;
  const [, where, pid] = /^(.*)-(\d+)-[0-9a-f]{8}\.part$/.exec(name) ?? [];
  return where === host && !isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
