// Folders of the origin private file system, which the browser keeps for the pages of one origin and shows nobody else.
import { isRegraftError, RegraftError } from "../../errors.js";
import { megabytes } from "../engine/downloads/download-errors.js";

type Operation = "read" | "write";

/**
 * @param path names between slashes.
 * @returns nothing where no such folder is, unless it is opened to write: then it is made.
 * @throws RegraftError "file-access"
 */
export async function openFolder(path: string, operation: "write"): Promise<FileSystemDirectoryHandle>;
export async function openFolder(path: string, operation: "read"): Promise<FileSystemDirectoryHandle | undefined>;
export async function openFolder(path: string, operation: Operation): Promise<FileSystemDirectoryHandle | undefined> {
  let folder = await openRoot(path, operation);
  try {
    for (const name of path.split(/[/\\]/).filter((name) => !["", "."].includes(name)))
      folder = await folder.getDirectoryHandle(name, { create: operation === "write" });
    return folder;
  } catch (cause) {
    if (operation === "read" && (cause as Error).name === "NotFoundError") return undefined;
    if (cause instanceof TypeError) throw fileAccess(path, operation, notAllowed, cause);
    return failed(path, operation, cause);
  }
}

async function openRoot(path: string, operation: Operation): Promise<FileSystemDirectoryHandle> {
  const refuse = (reason: string, remedy: string, cause?: unknown): never => {
    throw fileAccess(path, operation, `${reason}. ${remedy}`, cause);
  };
  if (!globalThis.isSecureContext)
    refuse("the browser keeps files only for pages that came safely", "Serve the page over https, or from localhost.");
  // The types promise what old browsers lack.
  const storage = navigator.storage as Partial<StorageManager> | undefined;
  if (!storage?.getDirectory) return refuse("the browser cannot keep files for pages", "Use a newer one.");
  return storage.getDirectory().catch((cause: Error) => {
    const reason = `the browser keeps no files for this page (${cause.name}), as in private windows and sandboxed frames`;
    return refuse(reason, "Allow this site to keep data, or do without: leave out cache.folder.", cause);
  });
}

/** Throws what the browser said of a file or folder as "file-access". */
export async function failed(path: string, operation: Operation, cause: unknown): Promise<never> {
  // A TypeError is a mistake of ours.
  if (isRegraftError(cause) || cause instanceof TypeError) throw cause;
  const { name, message } = cause as Error;
  // Chromium takes the one or the other for a file that does not fit, as it happens.
  const isFull = name === "QuotaExceededError" || (name === "AbortError" && operation === "write");
  const what = isFull ? await noRoom() : (reasons[name] ?? `${message}. ${remedies[operation]}`);
  throw fileAccess(path, operation, what, cause);
}

const fileAccess = (path: string, operation: Operation, what: string, cause: unknown): RegraftError =>
  new RegraftError("file-access", { path, operation }, `Cannot ${operation} ${path}: ${what}`, { cause });

/** How much there is left is no use to say: browsers hide it. */
async function noRoom(): Promise<string> {
  const { usage } = await navigator.storage.estimate().catch((): StorageEstimate => ({}));
  const beside = usage === undefined ? "" : ` beside the ${megabytes(usage)} that this site keeps`;
  return (
    `the browser gives no more room${beside}. Free space on the disk, delete data of this site, or call ` +
    "navigator.storage.persist() in the page: some browsers give more then. Without cache.folder, features need none."
  );
}

const notAllowed = 'the browser does not allow such a name. Choose a folder such as "cache/pets".';

const remedies = { read: "Check the path.", write: "Choose another folder." };

const reasons: Readonly<Record<string, string>> = {
  NotFoundError: `there is no such file. ${remedies.read}`,
  TypeMismatchError: "it is a folder, or a part of the path is a file. Choose another folder.",
  NoModificationAllowedError: "another tab is at work on it. Try again once that is done.",
  NotReadableError: "it was replaced or removed in the meantime. Try again.",
};
