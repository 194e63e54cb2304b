// Writes a file of the origin private file system whole or not at all, whatever happens to the tab. Two tabs that write
// the same file do not disturb each other: the last one's stays.

/**
 * @throws a DOMException. A tab that is closed in the meantime leaves an empty file where none was, or a draft.
 */
export const writeWhole = (folder: FileSystemDirectoryHandle, name: string, bytes: Uint8Array): Promise<void> =>
  // Safari has it from 26 on.
  "createWritable" in FileSystemFileHandle.prototype
    ? writeSwapped(folder, name, bytes as Uint8Array<ArrayBuffer>)
    : writeDraft(folder, name, bytes);

const draftPrefix = ".draft-";

/** Whether a file of this name is one being written: of ours, or of Chromium's, which shows them. */
export const isDraft = (name: string): boolean => name.startsWith(draftPrefix) || name.endsWith(".crswap");

/** The browser writes beside the file, and puts that in its place at the end. */
async function writeSwapped(
  folder: FileSystemDirectoryHandle,
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const file = await folder.getFileHandle(name, { create: true });
  try {
    const stream = await file.createWritable();
    await stream.write(bytes);
    await stream.close();
  } catch (error) {
    const { size } = await file.getFile().catch(() => ({ size: -1 }));
    // Made above. While another tab writes it, it cannot be removed.
    if (size === 0) await folder.removeEntry(name).catch(() => {});
    throw error;
  }
}

/** What TypeScript's types of the DOM leave out: only workers have it. */
interface WorkerFileHandle extends FileSystemFileHandle {
  createSyncAccessHandle(): Promise<{ write(bytes: Uint8Array): number; flush(): void; close(): void }>;
  move(folder: FileSystemDirectoryHandle, name: string): Promise<void>;
}

async function writeDraft(folder: FileSystemDirectoryHandle, name: string, bytes: Uint8Array): Promise<void> {
  const draft = draftPrefix + crypto.randomUUID();
  const file = (await folder.getFileHandle(draft, { create: true })) as WorkerFileHandle;
  try {
    const access = await file.createSyncAccessHandle();
    try {
      if (access.write(bytes) < bytes.length) throw new DOMException("the disk is full", "QuotaExceededError");
      access.flush();
    } finally {
      access.close();
    }
    // While another tab moves a file there, some browsers refuse.
    await navigator.locks.request(`regraft ${name}`, () => file.move(folder, name));
  } catch (error) {
    await folder.removeEntry(draft).catch(() => {});
    throw error;
  }
}
