// Paths with slashes, as every platform takes them.

export const join = (folder: string, name: string): string =>
  folder === "" || name === "" ? folder + name : folder.endsWith("/") ? folder + name : `${folder}/${name}`;

/** A path's last part. */
export const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** The folder that a file lies in, which may be written with backslashes; "" for the current one. */
export const folderOf = (path: string): string => /^(.*[/\\])[^/\\]*$/.exec(path)?.[1] ?? "";
