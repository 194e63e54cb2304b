// An export of a page: a download that others unpack, which transformers.js and loadClassifier take as it is, in a browser.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Prediction } from "../../src/learner/engine/prediction/predict.js";
import { type BuildPage, openBuild } from "../helpers/browser-build.js";
import { describeChromium } from "../helpers/chromium.js";
import { fashionMini, photosIn } from "../helpers/photos.js";
import { temporaryFolder } from "../helpers/temporary.js";

const packages = fileURLToPath(new URL("../../node_modules/", import.meta.url));
const classes = ["bag", "dress", "sandal"];

describeChromium("an export made in a page", () => {
  const folder = temporaryFolder();
  let opened: BuildPage;
  const unseen: string[] = [];
  const requests: string[] = [];
  let zips: readonly Buffer[];
  let ours: readonly Prediction[];
  let told: { readonly names: readonly string[][]; readonly hashes: Readonly<Record<string, string>> };
  /** What Python's zipfile says of checksums, and the names in it. */
  let unpacked: readonly string[];

  beforeAll(async () => {
    const roots = {
      "/photos/": fashionMini,
      "/models/": folder,
      "/node_modules/@huggingface/transformers/": `${packages}@huggingface/transformers`,
    };
    opened = await openBuild({ roots });
    opened.page.on("request", (request) => requests.push(new URL(request.url()).pathname));
    const items = classes.flatMap((label) =>
      photosIn(join(fashionMini, "train", label))
        .slice(0, 12)
        .map((path) => ({ image: path.replace(fashionMini, "/photos/"), label })),
    );
    // What is enlarged differs by how each side enlarges it: these photos are made smaller, as photos mostly are.
    for (const label of classes)
      for (const path of photosIn(join(fashionMini, "valid", label)).slice(0, 4)) {
        const image = path.replace(fashionMini, "/large/");
        opened.publish(image, await sharp(path).resize(300, 300).png().toBuffer());
        unseen.push(image);
      }
    const downloaded: Promise<Buffer>[] = [];
    const both = new Promise<void>((resolve) => {
      opened.page.on("download", (download) => {
        expect(download.suggestedFilename()).toBe("flowers.zip");
        if (downloaded.push(download.path().then((path) => readFileSync(path))) === 2) resolve();
      });
    });
    const found = await opened.run(
      async ({ createLearner, imageList }, { items, unseen }) => {
        const learner = await createLearner({ data: imageList(items, { validFraction: 0.25 }) });
        await learner.fitOneCycle(5, 0.01);
        const names = [await learner.exportOnnx("flowers"), await learner.exportOnnx("models/flowers")];
        const hashes: Record<string, string> = {};
        for (const [name, blob] of await learner.exportFiles()) {
          const hash = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
          hashes[name] = Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
        }
        const predictions = await learner.predict(unseen);
        await learner.dispose();
        return { predictions, names, hashes };
      },
      { items, unseen },
    );
    await both;
    zips = await Promise.all(downloaded);
    ours = found.predictions;
    told = found;
    writeFileSync(join(folder, "flowers.zip"), zips[0]!);
    const script =
      "import sys,zipfile;z=zipfile.ZipFile(sys.argv[1]);z.extractall(sys.argv[2]);" +
      "print(z.testzip(),*(i.filename for i in z.infolist()))";
    unpacked = `${execFileSync("python3", ["-c", script, join(folder, "flowers.zip"), folder])}`.trim().split(" ");
  });
  afterAll(() => opened?.close());

  it("is a zip that others read, with the files of the folder, and the same each time", () => {
    const names = ["onnx/model.onnx", "config.json", "preprocessor_config.json", "training.json", "README.md"];
    expect(told.names).toEqual([names, names]);
    expect(unpacked).toEqual(["None", ...names.map((name) => `flowers/${name}`)]);
    for (const name of names) {
      const content = readFileSync(join(folder, "flowers", name));
      expect(createHash("sha256").update(content).digest("hex"), name).toBe(told.hashes[name]);
    }
    expect(Object.keys(told.hashes)).toEqual(names);
    expect(zips[1]!.equals(zips[0]!)).toBe(true);
  });

  it("gives the learner's top-1 in transformers.js, with default options", async () => {
    requests.length = 0;
    const theirs = await opened.page.evaluate(async (unseen) => {
      const load = new Function("return import('/node_modules/@huggingface/transformers/dist/transformers.js')");
      const { env, pipeline } = (await load()) as typeof import("@huggingface/transformers");
      env.allowRemoteModels = false;
      env.allowLocalModels = true;
      env.localModelPath = "/models/";
      env.backends.onnx.wasm!.wasmPaths = "/node_modules/@huggingface/transformers/node_modules/onnxruntime-web/dist/";
      const classify = await pipeline("image-classification", "flowers");
      const found: { label: string; score: number }[][] = [];
      for (const image of unseen) found.push((await classify(image, { top_k: 3 } as object)) as never);
      await classify.dispose();
      return found;
    }, unseen);
    expect(theirs).toHaveLength(12);
    for (const [i, scores] of theirs.entries()) {
      expect(scores[0]!.label, unseen[i]).toBe(ours[i]!.label);
      for (const { label, score } of scores) {
        const own = ours[i]!.scores.find((one) => one.label === label)!.probability;
        // Measured: 0.008 at most, of how a canvas makes photos smaller.
        expect(Math.abs(score - own), `${unseen[i]}, ${label}`).toBeLessThan(0.02);
      }
    }
    expect(requests.filter((path) => path.endsWith(".onnx"))).toEqual(["/models/flowers/onnx/model.onnx"]);
    expect(requests.filter((path) => path.endsWith(".wasm"))).toHaveLength(1);
  });

  it.each([
    ["a path", "/models/flowers/"],
    ["a relative path", "models/flowers"],
    ["an address", ""],
  ])("gives the learner's predictions in loadClassifier, from where it is served: %s", async (_, path) => {
    const theirs = await opened.run(
      async ({ loadClassifier }, { unseen, place }) => {
        const classifier = await loadClassifier(place);
        const found = await classifier.predict(unseen);
        await classifier.dispose();
        return found.map(({ label, logits }) => ({ label, logits: [...logits] }));
      },
      { unseen: unseen.slice(0, 4), place: path || `${opened.url}/models/flowers/` },
    );
    expect(theirs).toHaveLength(4);
    for (const [i, { label, logits }] of theirs.entries()) {
      expect(label).toBe(ours[i]!.label);
      expect(Math.max(...logits.map((x, c) => Math.abs(x - Object.values(ours[i]!.logits)[c]!)))).toBeLessThan(1e-4);
    }
  });
});
