// Looks through a folder of class folders and says which photos it holds; whether they make a dataset is judged later.
import { isPhotoName } from "./formats.js";
import type { ImageSource } from "./image-source.js";
import { inOrder } from "./order.js";
import { baseName, join } from "./paths.js";
import type { Split } from "./split.js";

/** What a platform offers to find photos with. */
export interface FileTree {
  /**
   * Files and folders directly in `directory`, in any order, links followed.
   * @throws "file-access"
   */
  list(directory: string): Promise<readonly { readonly name: string; readonly kind: "file" | "directory" }[]>;
  /**
   * Equal for two paths of one folder, so that links in a circle come to an end.
   * @throws "file-access"
   */
  identity(directory: string): Promise<string>;
  /**
   * A file of at most `most` bytes.
   * @throws "file-access", also for a larger one
   */
  read(file: string, most: number): Promise<Uint8Array>;
}

/** A file that is not trained on, and why. */
export interface Skipped {
  readonly image: string;
  readonly reason: string;
  /** Not a photo of any class, such as a file beside the class folders: named, but not counted as unreadable. */
  readonly stray?: true;
}

/** A photo before its class has a number and, maybe, before its split is drawn. */
export interface FoundPhoto {
  readonly image: ImageSource;
  readonly name: string;
  /** Its class, its labels, or its values in the order of `classes`. */
  readonly label: string | readonly string[] | readonly number[];
  readonly split?: Split | undefined;
}

export interface FolderPhotos {
  /** Labels, or what values are called, where that is known without the photos. */
  readonly classes?: readonly string[];
  readonly photos: readonly FoundPhoto[];
  readonly skipped: readonly Skipped[];
  /** Of values, where those of other photos are to go by. */
  readonly units?: { readonly means: readonly number[]; readonly deviations: readonly number[] };
}

/**
 * The photos in `root/<class>/` or `root/{train,valid}/<class>/`, nested folders included.
 * @throws "file-access"
 */
export async function findPhotos(root: string, files: FileTree): Promise<FolderPhotos> {
  const photos: FoundPhoto[] = [];
  const skipped: Skipped[] = [];
  const open = (folder: string): Promise<Listing> => listing(root, folder, files);
  const top = await open("");
  const places = placesOf(top);
  const outside = places.some(({ folder }) => folder === "") ? [] : photosIn(top);
  for (const { folder, split } of places) {
    const place = await open(folder);
    for (const path of photosIn(place)) outside.push(path);
    for (const classFolder of place.folders) {
      const { found, refused } = await photosBelow(classFolder, open, (path) => files.identity(join(root, path)));
      const label = baseName(classFolder);
      // Not by one push: that takes its arguments on the stack, which has no place for 200,000.
      for (const name of found) photos.push({ image: join(root, name), name, label, split });
      for (const photo of refused) skipped.push(photo);
      if (found.length + refused.length === 0) skipped.push(strayed(classFolder, "the folder has no photos"));
    }
  }
  const reason = "it lies outside the class folders, so it has no class";
  return { photos, skipped: [...skipped, ...outside.map((image) => strayed(image, reason))] };
}

const strayed = (image: string, reason: string): Skipped => ({ image, reason, stray: true });

/** A folder's content as paths below the root, sorted. */
interface Listing {
  readonly folders: readonly string[];
  readonly files: readonly string[];
}

const ignored = /^(\.|__MACOSX$|Thumbs\.db$|desktop\.ini$)/i;

async function listing(root: string, folder: string, files: FileTree): Promise<Listing> {
  const entries = (await files.list(join(root, folder))).filter(({ name }) => !ignored.test(name));
  const ofKind = (kind: "file" | "directory"): readonly string[] =>
    entries.filter((entry) => entry.kind === kind).map(({ name }) => join(folder, name));
  return { folders: inOrder(ofKind("directory"), (path) => path), files: inOrder(ofKind("file"), (path) => path) };
}

const photosIn = ({ files }: Listing): string[] => files.filter((path) => isPhotoName(baseName(path)) === true);

const validName = /^(valid|val|validation)$/i;
const testName = /^test\d*$/i;

/** Where the class folders lie, and the split of what is in them when the folders say it. */
function placesOf({ folders }: Listing): readonly { folder: string; split: Split | undefined }[] {
  const train = folders.find((folder) => /^train$/i.test(folder));
  const valid = folders.filter((folder) => validName.test(folder));
  // A class may be called "train": it is a split when it stands alone or beside one.
  const isSplit = folders.length === 1 || valid.length > 0 || folders.some((folder) => testName.test(folder));
  if (train === undefined || !isSplit) return [{ folder: "", split: undefined }];
  const split = valid.length > 0 ? "train" : undefined;
  return [{ folder: train, split }, ...valid.map((folder) => ({ folder, split: "valid" as const }))];
}

async function photosBelow(
  folder: string,
  open: (folder: string) => Promise<Listing>,
  identity: (folder: string) => Promise<string>,
): Promise<{ found: readonly string[]; refused: readonly Skipped[] }> {
  const found: string[] = [];
  const refused: Skipped[] = [];
  const seen = new Set<string>();
  const pending = [folder];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const id = await identity(next);
    if (seen.has(id)) continue;
    seen.add(id);
    const { folders, files } = await open(next);
    for (const path of folders) pending.push(path);
    for (const path of files) {
      const verdict = isPhotoName(baseName(path));
      if (verdict === true) found.push(path);
      else if (verdict) refused.push({ image: path, reason: verdict.refused });
    }
  }
  return { found, refused };
}
