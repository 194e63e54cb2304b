// What a platform offers to keep files that are written once and never changed: a folder on Node.

/** A flat folder, which need not be there before the first file is written. */
export interface Storage {
  /**
   * Its complete files, in any order; what else lies there is left out.
   * @throws RegraftError "file-access"
   */
  list(): Promise<readonly StoredFile[]>;
  /**
   * Fills `into` with a file's bytes from `offset` on.
   * @throws RegraftError "file-access", also when the file ends before.
   */
  read(name: string, offset: number, into: Uint8Array): Promise<void>;
  /**
   * Writes a file whole or not at all, whenever the process is killed; one of this name is replaced.
   * @throws RegraftError "file-access"
   */
  write(name: string, bytes: Uint8Array): Promise<void>;
  /** @throws RegraftError "file-access" */
  remove(name: string): Promise<void>;
}

export interface StoredFile {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
}
