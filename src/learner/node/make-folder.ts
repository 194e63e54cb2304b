// A folder and those above it, made where they are missing. Node's own `mkdir` with `recursive` takes a file system that
// is read-only for a folder that is missing, and never ends in one where a folder cannot be made, such as /proc.
import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

/** @throws an error of the file system; EEXIST when there is a file in the way */
export async function makeFolder(path: string): Promise<void> {
  const error = await madeHere(path);
  if (error === undefined) return;
  if (error.code !== "ENOENT" || dirname(path) === path) throw error;
  await makeFolder(dirname(path));
  const again = await madeHere(path);
  if (again) throw again;
}

/** Nothing when the folder is there now; another process may have made it. */
async function madeHere(path: string): Promise<NodeJS.ErrnoException | undefined> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EEXIST" || !(await isFolder(path))) return error as NodeJS.ErrnoException;
  }
  return undefined;
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
