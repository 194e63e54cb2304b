// A worker that cannot start must be told of, also in a process that nothing else keeps alive.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { runScript } from "../helpers/run-script.js";
import { temporaryFolder } from "../helpers/temporary.js";

const build = pathToFileURL(fileURLToPath(new URL("../../dist/node.js", import.meta.url))).href;
const photos = fileURLToPath(new URL("../../examples/data/fashion-mini", import.meta.url));
const folder = temporaryFolder();
const broken = join(folder, "broken.mjs");
writeFileSync(broken, 'throw new Error("cannot find sharp");');

it.each([
  ["is not there", join(folder, "nowhere.mjs"), "nowhere.mjs"],
  ["throws as it starts", pathToFileURL(broken).href, "cannot find sharp"],
])("a worker that %s is a typed error", async (_, worker, reason) => {
  const script = join(folder, "script.mjs");
  writeFileSync(
    script,
    `import { createLearner, imageFolder } from ${JSON.stringify(build)};
     const data = imageFolder(${JSON.stringify(photos)});
     try {
       await createLearner({ data, worker: ${JSON.stringify(worker)} });
     } catch ({ code, message }) {
       console.log(code, message);
     }`,
  );
  const { code, stdout, stderr } = await runScript(pathToFileURL(script), []);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^worker-failed /);
  expect(stdout).toContain(reason);
});
