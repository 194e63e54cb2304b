// Networks of every family, from every exporter: imported, cut, a head trained for two epochs, exported; the export's
// logits in Python's onnxruntime are the learner's.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { createNodeDecoder } from "../../src/datasets/node.js";
import { pixelsOf } from "../../src/learner/engine/prediction/predict.js";
import { fromPreprocessorConfig } from "../../src/models/preprocessor-config.js";
import { createLearner, imageFolder, loadClassifier } from "../helpers/build.js";
import { relativeDifference } from "../helpers/difference.js";
import { oldGraphs } from "../helpers/old-graphs.js";
import { copyFew, fashionMini, somePhotos } from "../helpers/photos.js";
import { describePython, runPython } from "../helpers/python.js";
import { temporaryFolder } from "../helpers/temporary.js";

/** A network, and what is known of its cut. */
interface Family {
  readonly model: string;
  /** Of its photos, where the file leaves it open. */
  readonly size?: { readonly height: number; readonly width: number };
  /** Values that are what the network's own classifier reads; none where a pooling has to be added. */
  readonly values: readonly string[];
  readonly features: number;
  /** Of the last feature map, where there is one. */
  readonly channels: number | null;
  readonly refused: string | null;
}

/** See test/fixtures/make_families.py. */
interface Entry {
  readonly input: { readonly run: readonly number[] };
  readonly features: { readonly count: number; readonly values: readonly string[] } | null;
  readonly map: { readonly channels: number } | null;
  readonly refused: string | null;
}

const folder = temporaryFolder();
const fixtures = fileURLToPath(new URL("../fixtures/families/", import.meta.url));
const exported = Object.entries<Entry>(JSON.parse(readFileSync(join(fixtures, "families.json"), "utf8"))).map(
  ([name, { input, features, map, refused }]): [string, Family] => {
    const [height, width] = input.run[3] === 3 ? input.run.slice(1) : input.run.slice(2);
    return [
      name,
      {
        model: join(fixtures, `${name}.onnx`),
        size: { height: height!, width: width! },
        values: features?.values ?? [],
        features: features?.count ?? 0,
        channels: map?.channels ?? null,
        refused,
      },
    ];
  },
);
const written = Object.entries(oldGraphs).map(([name, { file, features, channels }]): [string, Family] => {
  const model = join(folder, `${name}.onnx`.replaceAll(/[^\w.-]/g, "-"));
  writeFileSync(model, file());
  return [name, { model, values: [], features, channels, refused: null }];
});
const families = new Map([...exported, ...written]);
const named = (isRefused: boolean): string[] =>
  [...families].filter(([, { refused }]) => (refused !== null) === isRefused).map(([name]) => name);

const classes = ["bag", "sandal", "trouser"];
const data = imageFolder(copyFew(join(folder, "photos"), { classes, train: 8, valid: 3 }));
const photos = somePhotos(join(fashionMini, "valid"), 1).slice(0, 5);

const open = (name: string, head: "linear" | "fastai") => {
  const { model, size } = families.get(name)!;
  const image = size && ({ resize: size, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] } as const);
  return createLearner({ model, data, head, batchSize: 8, ...(image && { image }), worker: false });
};

interface Export {
  readonly name: string;
  readonly model: string;
  readonly pixels: string;
  readonly shape: readonly number[];
  /** The learner's own, before it was disposed. */
  readonly logits: readonly (readonly number[])[];
}
const exports: Export[] = [];

const usable = named(false);
const heads = ["linear", "fastai"] as const;

describe.each(usable.flatMap((name) => heads.map((head) => [name, head] as const)))("%s, %s head", (name, head) => {
  it("is cut where PyTorch's own classifier reads, trains and exports", async () => {
    const { features, channels, values } = families.get(name)!;
    const learner = await open(name, head);
    try {
      const pooled = head === "fastai" && channels !== null;
      expect(learner.info.features).toBe(pooled ? 2 * channels : features);
      if (!pooled && values.length > 0)
        expect(values.some((value) => learner.info.reasons.cut.includes(`"${value}"`))).toBe(true);
      const [first, second] = await learner.fit(2, head === "linear" ? 0.02 : 0.01);
      expect([first!.trainLoss, second!.trainLoss].every(Number.isFinite)).toBe(true);
      const target = join(folder, `${name.replaceAll(/[^\w-]/g, "-")}-${head}`);
      await learner.exportOnnx(target);
      const predictions = await learner.predict(photos);
      const config = JSON.parse(readFileSync(join(target, "preprocessor_config.json"), "utf8"));
      const { shape, data: pixels } = await pixelsOf(photos, createNodeDecoder(), fromPreprocessorConfig(config, name));
      writeFileSync(`${target}.f32`, pixels);
      const logits = predictions.map((prediction) => Array.from(prediction.logits));
      exports.push({
        name: `${name}, ${head}`,
        model: join(target, "onnx/model.onnx"),
        pixels: `${target}.f32`,
        shape,
        logits,
      });

      const classifier = await loadClassifier(target, { worker: false });
      const again = await classifier.predict(photos);
      await classifier.dispose();
      const all = (rows: readonly { readonly logits: Float32Array }[]) => rows.flatMap((row) => Array.from(row.logits));
      expect(relativeDifference(all(again), all(predictions))).toBeLessThan(1e-5);
    } finally {
      await learner.dispose();
    }
  });
});

describe.each(named(true))("%s", (name) => {
  it("is refused, with the reason", async () => {
    await expect(open(name, "linear")).rejects.toMatchObject({
      code: "no-classifier-found",
      details: { tried: [expect.stringMatching(/^output ".+": .+/)] },
    });
  });
});

describePython("exports in Python's onnxruntime", ["onnx", "onnxruntime", "numpy"], () => {
  it("give the learner's logits", () => {
    const manifest = join(folder, "manifest.json");
    writeFileSync(manifest, JSON.stringify(exports));
    const found: number[][][] = JSON.parse(runPython(new URL("check_logits.py", import.meta.url), manifest));
    expect(found.length).toBe(2 * usable.length);
    const differences = exports.map(
      ({ name, logits }, i) => [name, relativeDifference(found[i]!.flat(), logits.flat())] as const,
    );
    expect(differences.filter(([, difference]) => !(difference < 1e-4))).toEqual([]);
  });
});
