// The build in dist/, as users get it. Its types are the sources', so that checking types needs no build.
export const buildUrl = new URL("../../dist/node.js", import.meta.url);

export const { createLearner, imageFolder, imageList, isRegraftError, loadClassifier, loadLearner } = (await import(
  buildUrl.href
)) as typeof import("../../src/node.js");
