// Photos out of what a user chose or dropped: files, and folders with the files in them. A folder is a class, unless it
// has folders itself: then each of those is one.
import { breather } from "./dom.js";

/** What operating systems leave in folders. */
const isHidden = (name) => /^(\.|__MACOSX$|Thumbs\.db$|desktop\.ini$)/i.test(name);

const isSplit = (name) => /^(train|valid|val|validation|test)$/i.test(name);

/**
 * What was dropped: loose files, and files by class.
 * @param transfer is empty once the event is over: everything is taken from it before anything is awaited.
 */
export async function droppedFiles(transfer) {
  const items = [...transfer.items].filter(({ kind }) => kind === "file");
  const entries = items.map((item) => item.webkitGetAsEntry());
  const files = items.map((item) => item.getAsFile());
  const loose = files.filter((_, i) => !entries[i]?.isDirectory);
  const breathe = breather();
  const found = [];
  for (const entry of entries.filter((entry) => entry?.isDirectory))
    for (const file of await filesBelow(entry, [], breathe)) found.push(file);
  return { loose, ...byClass(found) };
}

/** The files of an `<input type="file" webkitdirectory>`, by class. */
export const chosenFolder = (files) =>
  byClass([...files].map((file) => ({ file, folders: file.webkitRelativePath.split("/").slice(0, -1) })));

/** All files in a folder, each with the names of the folders it is in, from the dropped one on. */
async function filesBelow(directory, above, breathe) {
  const folders = [...above, directory.name];
  const found = [];
  for (const entry of await entriesOf(directory)) {
    if (entry.isDirectory) for (const file of await filesBelow(entry, folders, breathe)) found.push(file);
    else found.push({ file: await new Promise((resolve, reject) => entry.file(resolve, reject)), folders });
    await breathe();
  }
  return found;
}

/** Browsers tell them a hundred at a time. */
async function entriesOf(directory) {
  const reader = directory.createReader();
  const all = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}

/** Classes, and what was left out since it is no image by its name. */
function byClass(found) {
  const visible = found.filter(({ file, folders }) => ![...folders, file.name].some(isHidden));
  const images = visible.filter(({ file }) => file.type.startsWith("image/"));
  const nested = new Set(images.filter(({ folders }) => folders.length > 1).map(({ folders }) => folders[0]));
  const classes = new Map();
  const leftOut = visible.filter(({ file }) => !file.type.startsWith("image/")).map(({ file }) => file.name);
  for (const { file, folders } of images) {
    // Below the folder that holds the classes, and below the split's folder, if there is one.
    const [label] = nested.has(folders[0]) ? folders.slice(1).filter((name, i) => i > 0 || !isSplit(name)) : folders;
    if (label === undefined) leftOut.push(file.name);
    else if (classes.has(label)) classes.get(label).push(file);
    else classes.set(label, [file]);
  }
  return { classes, leftOut };
}
