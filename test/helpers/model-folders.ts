// Folders on disk as models come in them.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { temporaryFolder } from "./temporary.js";

/** What a preprocessor_config.json says that is not the default. */
export const squash = { size: { height: 28, width: 28 }, resample: 3, image_mean: [0, 0, 0], image_std: [1, 1, 1] };

/** Makes new folders with these files; objects are written as JSON. Gone with the test file. */
export function modelFolders(): (files: Readonly<Record<string, Uint8Array | string | object>>) => string {
  const root = temporaryFolder();
  let folders = 0;
  return (files) => {
    const folder = join(root, `folder ${folders++}`);
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      const isPlain = typeof content === "string" || content instanceof Uint8Array;
      writeFileSync(join(folder, name), isPlain ? content : JSON.stringify(content));
    }
    return folder;
  };
}
