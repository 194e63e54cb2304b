// What is on another machine, by how it is called.

/** Whether it is something for `remoteModel`: `hf:…`, or an address. */
export const isRemote = (model: string): boolean => /^(hf:|[a-z][a-z\d+.-]+:\/\/)/i.test(model);
