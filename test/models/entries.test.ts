import { expect, it } from "vitest";
import { nodeModelFolder } from "../../src/learner/node/platform.js";
import { modelEntries } from "../../src/models/entries.js";
import { listModels } from "../../src/models/registry.js";

it("are those of the folder, none forgotten", async () => {
  const inFolder = await listModels(nodeModelFolder(new URL("../../models/", import.meta.url)));
  expect(inFolder).toHaveLength(7);
  expect(modelEntries).toEqual(inFolder);
});
