// Files that come to a page from elsewhere: dropped on it, or pasted.
import { readFileSync, statSync } from "node:fs";
import { basename } from "node:path";
import type { Page } from "playwright-core";

/** As if it had been copied in another program. */
export async function paste(page: Page, path: string): Promise<void> {
  const photo = [basename(path), [...readFileSync(path)]] as const;
  await page.evaluate(([name, bytes]) => {
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([Uint8Array.from(bytes)], name, { type: "image/png" }));
    document.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
  }, photo);
}

/** As if files were dragged there, by the events that a page gets. */
export async function drop(page: Page, target: string, paths: readonly string[]): Promise<void> {
  const files = paths.map((path) => ({
    name: basename(path),
    type: path.endsWith(".png") ? "image/png" : "text/plain",
    lastModified: Math.floor(statSync(path).mtimeMs),
    bytes: [...readFileSync(path)],
  }));
  const transfer = await page.evaluateHandle((files) => {
    const transfer = new DataTransfer();
    for (const { name, type, lastModified, bytes } of files)
      transfer.items.add(new File([Uint8Array.from(bytes)], name, { type, lastModified }));
    return transfer;
  }, files);
  for (const event of ["dragenter", "dragover", "drop"])
    await page.locator(target).first().dispatchEvent(event, { dataTransfer: transfer });
}

/** As the browser itself does: only it can drop folders. */
export async function dropFolders(page: Page, target: string, folders: readonly string[]): Promise<void> {
  const heading = page.locator(`${target} h2`);
  await heading.scrollIntoViewIfNeeded();
  const { x, y } = (await heading.boundingBox())!;
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...folders], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const)
    await session.send("Input.dispatchDragEvent", { type, x: x + 5, y: y + 5, data });
  await session.detach();
}
