// Where an encoded image is. Plain data, which workers receive: a Blob crosses without its bytes being copied.

/** At a path (in a browser, at an address), in bytes, or in a Blob or File. */
export type ImageSource = string | Uint8Array | Blob;

export const isImageSource = (value: unknown): value is ImageSource =>
  (typeof value === "string" && value !== "") || value instanceof Uint8Array || value instanceof Blob;

/** Its path, address or file name, if it has any. */
export const nameOf = (image: ImageSource): string | undefined =>
  typeof image === "string" ? image : image instanceof File ? image.name : undefined;

/** Bytes without the buffer around them: a view would be sent with all of its buffer. */
export const compact = (image: ImageSource): ImageSource =>
  image instanceof Uint8Array && image.byteLength !== image.buffer.byteLength ? new Uint8Array(image) : image;

// Of a File that a user chose the browser looks up size and time as it is sent, while the page waits: some 0.3 ms each.
const blobSize = 2 ** 17;

/** What it weighs in a message: how many bytes, or as many as take its time. */
export const messageSize = (image: ImageSource): number => (image instanceof Blob ? blobSize : image.length);
