// The image that a call is about, as its engine takes it.
import { type ImageFile, imageOf, isImageFile } from "../datasets/image-files.js";
import { compact, type ImageSource } from "../datasets/image-source.js";
import { invalidArgument } from "../errors.js";

/** @throws RegraftError "invalid-argument" for what is no image */
export async function imageArgument(call: string, image: ImageFile): Promise<ImageSource> {
  if (!isImageFile(image))
    throw invalidArgument(`${call}'s image`, "a path, the bytes of an image, a Blob or an element", image);
  return compact(await imageOf(image));
}
