// Pins: what is remembered of a downloaded file whose hash nobody knew beforehand, in a small file beside it.

/** A sha256 in hexadecimal; "absent" when the server has no such file. */
export type Pin = string;

export const absent = "absent";

/** @param path the file's. */
export const pinPath = (path: string): string => `${path}.sha256`;

/** A pin's file, in the form that `sha256sum --check` reads. */
export const pinText = (pin: Pin, name: string): string => `${pin}  ${name}\n`;

/** The pin in such a file; nothing when there is none. */
export const pinIn = (text: string): Pin | undefined => /^([0-9a-f]{64}|absent) /.exec(text)?.[1];
