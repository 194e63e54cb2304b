// What makes a folder an exported classifier: classes that its network has, and photos that it takes.
import type { Size } from "../../../datasets/resize.js";
import { RegraftError } from "../../../errors.js";
import { type ImageInput as NetworkInput, otherSize } from "../../../heads/image-input.js";
import type { Session } from "../../../runtime/session.js";
import { classNamesIn } from "./exported-task.js";

/**
 * Class names in the order of the logits.
 * @throws RegraftError "invalid-model", as the others do
 */
export function classesOf(id2label: Readonly<Record<string, string>> | undefined, folder: string): readonly string[] {
  const names = classNamesIn({ ...(id2label && { id2label }) });
  if (names) return names;
  throw notExported(folder, "its config.json names no classes (id2label)");
}

/** A file need not say how many logits it gives: then the first photo shows it. */
export const checked = (session: Session, classes: readonly string[], folder: string): Session => ({
  ...session,
  run: async (feeds) => {
    const outputs = await session.run(feeds);
    checkWidth(outputs[session.outputNames[0]!]!.shape.at(-1), classes, folder);
    return outputs;
  },
});

export function checkSize(image: NetworkInput, photo: Size, folder: string): void {
  const wanted = otherSize(image, photo);
  if (wanted === undefined) return;
  const given = `${photo.height}×${photo.width}`;
  throw notExported(folder, `its photos are prepared as ${given} pixels, its network takes ${wanted}`);
}

export function checkWidth(width: number | undefined, classes: readonly string[], folder: string): void {
  if (width === classes.length) return;
  throw notExported(folder, `its config.json names ${classes.length} classes, its network has ${width}`);
}

function notExported(folder: string, reason: string): RegraftError {
  return new RegraftError(
    "invalid-model",
    { source: folder, reason },
    `${folder} is not an exported classifier: ${reason}. Give a folder that exportOnnx wrote.`,
  );
}
