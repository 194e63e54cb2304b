// An export that is no folder: its files as Blobs, or one zip archive of them.
import type { ExportedFiles } from "./export.js";

export const asBlobs = (files: ExportedFiles): ReadonlyMap<string, Blob> =>
  new Map([...files].map(([name, content]) => [name, new Blob([content as BlobPart])]));

/**
 * Stored, not deflated: weights hardly get smaller.
 * @param root the folder in it that holds them all; "" for none.
 */
export async function zipped(root: string, files: ExportedFiles): Promise<Blob> {
  const { Zip, ZipPassThrough } = await import("fflate");
  const chunks: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    chunks.push(chunk);
  });
  const encoder = new TextEncoder();
  for (const [name, content] of files) {
    const entry = new ZipPassThrough(root === "" ? name : `${root}/${name}`);
    // Equal files make equal archives. The format has no time before this one.
    entry.mtime = new Date(1980, 0, 1);
    zip.add(entry);
    entry.push(typeof content === "string" ? encoder.encode(content) : content, true);
  }
  zip.end();
  return new Blob(chunks as BlobPart[], { type: "application/zip" });
}
