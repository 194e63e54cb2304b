// The package as npm would publish it, installed in a project of its own: what is in it, and that both module systems and
// the type checker find their way.
import { readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { packedProject } from "../helpers/packed-project.js";
import { copyFew, photosIn } from "../helpers/photos.js";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const { folder: project, installed, run, install } = packedProject({ dependencies: true });
for (const name of ["onnxruntime-common", "@types"]) install(name);
copyFew(join(project, "photos"), { classes: ["bag", "trouser"], train: 20, valid: 5 });

/** Runs a script in the project; what it prints, line by line. */
function node(name: string, script: string, ...args: string[]): string[] {
  writeFileSync(join(project, name), script);
  return run(process.execPath, join(project, name), ...args)
    .trim()
    .split("\n");
}

describe("the package", () => {
  it("holds the build, the embedded model, licences, and nothing else", () => {
    const entries = readdirSync(installed, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const files = entries.map(({ parentPath, name }) => join(parentPath, name).slice(installed.length + 1));
    const expected =
      /^(dist\/[\w-]+\.(js|cjs|d\.ts|d\.cts)(\.map)?|models\/[\w.-]+|package\.json|(README|CHANGELOG)\.md|LICENSE)$/;
    expect(files.filter((file) => !expected.test(file))).toEqual([]);
    expect(files).toEqual(
      expect.arrayContaining([
        "dist/node.js",
        "dist/node.cjs",
        "dist/node-worker.js",
        "dist/node-picture-worker.js",
        "dist/cli.js",
      ]),
    );
    expect(files).toEqual(
      expect.arrayContaining([
        "dist/browser.js",
        "dist/browser-worker.js",
        "dist/browser-picture-worker.js",
        "dist/node.d.ts",
      ]),
    );
    expect(files).toEqual(expect.arrayContaining(["models/efficientnet-lite0.onnx", "models/NOTICE.md", "LICENSE"]));
  });

  it("trains when imported, predicts when required, and each copy knows the other's errors", () => {
    const [photo] = photosIn(join(project, "photos/valid/trouser"));
    const trained = node(
      "esm.mjs",
      `import { createLearner, imageFolder } from "regraft";
       const learner = await createLearner({ data: imageFolder("photos") });
       await learner.fit(3, 0.01);
       console.log((await learner.predict(process.argv[2])).label);
       await learner.exportOnnx("model");
       await learner.dispose();`,
      photo!,
    );
    const required = node(
      "cjs.cjs",
      `const { loadClassifier, isRegraftError } = require("regraft");
       (async () => {
         const classifier = await loadClassifier("model");
         console.log((await classifier.predict(process.argv[2])).label);
         await classifier.dispose();
         const esm = await import("regraft");
         const error = await esm.loadClassifier("nowhere/").catch((error) => error);
         console.log(isRegraftError(error, "file-access"), error instanceof esm.RegraftError);
       })();`,
      photo!,
    );
    expect(trained).toEqual(["trouser"]);
    expect(required).toEqual(["trouser", "true true"]);
  });

  it("works beside transformers.js with a runtime of its own in the same process", () => {
    const [photo] = photosIn(join(project, "photos/valid/bag"));
    const transformers = join(repository, "node_modules/@huggingface/transformers/dist/transformers.node.mjs");
    const labels = node(
      "beside.mjs",
      `import { loadClassifier } from "regraft";
       const { env, pipeline } = await import(process.argv[3]);
       env.allowRemoteModels = false;
       env.localModelPath = ".";
       const classifier = await loadClassifier("model");
       const classify = await pipeline("image-classification", "model");
       const [[top], { label }] = await Promise.all([classify(process.argv[2]), classifier.predict(process.argv[2])]);
       console.log(top.label);
       console.log(label);
       await classify.dispose();
       await classifier.dispose();`,
      photo!,
      pathToFileURL(transformers).href,
    );
    expect(labels).toEqual(["bag", "bag"]);
  });

  it("has types for both module systems", () => {
    const body = `
      export async function train(photo: Uint8Array): Promise<string> {
        const learner: Learner = await createLearner({
          data: imageFolder("photos"),
          optimizer: { name: "sgd", nesterov: true },
          metrics: ["macroF1", "top2"],
        });
        const { suggestion } = await learner.lrFind();
        const epochs: EpochResult[] = await learner.fitOneCycle(2, suggestion.lr ?? 0.01);
        const prediction: Prediction = await learner.predict(photo);
        return prediction.label + epochs[0]!.accuracy.toFixed(2);
      }
      // @ts-expect-error: a misspelt option
      export const wrong = () => createLearner({ data: imageFolder("photos"), batchsize: 3 });
    `;
    const names = "createLearner, imageFolder, type EpochResult, type Learner, type Prediction";
    writeFileSync(join(project, "consumer.ts"), `import { ${names} } from "regraft";${body}`);
    writeFileSync(join(project, "consumer.cts"), `import { ${names} } from "regraft";${body}`);
    const compilerOptions = { module: "NodeNext", target: "ES2022", strict: true, noEmit: true, skipLibCheck: false };
    expect(compiled(compilerOptions, "consumer.ts", "consumer.cts")).toBe("");
  });

  it("has types for a browser project, which knows nothing of Node's", () => {
    writeFileSync(
      join(project, "page.ts"),
      `import { createLearner, type Dataset, imageFiles, isRegraftError, type Prediction } from "regraft";
       export async function train(input: HTMLInputElement, picture: HTMLImageElement): Promise<Prediction> {
         const data: Dataset = await imageFiles(input.files!, { validFraction: 0.2 });
         const learner = await createLearner({ data, models: new URL("/models/", location.href), wasmPaths: "/ort/" });
         await learner.fitOneCycle(2, 0.01).catch((error) => isRegraftError(error, "device-lost"));
         const files: ReadonlyMap<string, Blob> = await learner.exportFiles();
         console.log(files.size);
         return learner.predict(picture);
       }
       // @ts-expect-error: Node's types are not there
       export const buffer = Buffer.from("");`,
    );
    const compilerOptions = {
      ...{ module: "ESNext", moduleResolution: "bundler", customConditions: ["browser"], target: "ES2022" },
      ...{ lib: ["ES2022", "DOM", "DOM.Iterable"], types: [], strict: true, noEmit: true, skipLibCheck: false },
    };
    expect(compiled(compilerOptions, "page.ts")).toBe("");
  });

  it("has the same names in a browser as in Node", () => {
    const [inNode, inBrowser] = node(
      "names.mjs",
      `for (const entry of ["node", "browser"])
         console.log(Object.keys(await import("./node_modules/regraft/dist/" + entry + ".js")).sort().join(" "));`,
    );
    expect(inBrowser).toBe(inNode);
    expect(inBrowser).toContain("createLearner");
  });
});

/** What the compiler says of these files. */
function compiled(compilerOptions: object, ...files: readonly string[]): string {
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
  const compiler = join(dirname(fileURLToPath(import.meta.resolve("typescript"))), "tsc.js");
  try {
    return run(process.execPath, compiler, "-p", ".");
  } catch (error) {
    return (error as { readonly stdout: string }).stdout;
  }
}
