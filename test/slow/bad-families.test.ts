// The bad inputs that one model must survive, on networks of every family: each refused with a typed error that says
// what, where, and what to do; nothing is lost, and good photos are learnt from afterwards.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readModel } from "../../src/onnx/read.js";
import { createLearner, imageFolder, imageList } from "../helpers/build.js";
import { oldGraphs } from "../helpers/old-graphs.js";
import { copyFew, photosIn } from "../helpers/photos.js";
import { refusal } from "../helpers/refusal.js";
import { temporaryFolder } from "../helpers/temporary.js";

type Dim = number | string;
interface Family {
  readonly path: string;
  /** Of photos, as the file has it; the batch may be first or the colours last. */
  readonly shape: readonly Dim[];
  readonly height: number;
  readonly width: number;
  readonly refused: boolean;
}

/** See test/fixtures/make_families.py. */
interface Entry {
  readonly input: { readonly shape: readonly Dim[]; readonly run: readonly number[] };
  readonly refused: string | null;
}

const folder = temporaryFolder();
const fixtures = fileURLToPath(new URL("../fixtures/families/", import.meta.url));
const listed: Readonly<Record<string, Entry>> = JSON.parse(readFileSync(join(fixtures, "families.json"), "utf8"));
const families = new Map<string, Family>();
for (const [name, { input, refused }] of Object.entries(listed)) {
  const [height, width] = input.run[3] === 3 ? input.run.slice(1) : input.run.slice(2);
  const path = join(fixtures, `${name}.onnx`);
  families.set(name, { path, shape: input.shape, height: height!, width: width!, refused: refused !== null });
}
for (const [name, { file }] of Object.entries(oldGraphs)) {
  const path = join(folder, `${name.replaceAll(/\W/g, "-")}.onnx`);
  const bytes = file();
  writeFileSync(path, bytes);
  const { shape } = readModel(bytes, { source: name }).graph.inputs.find(({ constant }) => !constant)!;
  const [, , height = 64, width = 64] = shape!.map((size) => (typeof size === "number" ? size : undefined));
  families.set(name, { path, shape: shape as Dim[], height, width, refused: false });
}
const usable = [...families].filter(([, { refused }]) => !refused).map(([name]) => name);

const root = copyFew(join(folder, "photos"), { classes: ["bag", "coat"], train: 6, valid: 2 });
const data = imageFolder(root);
const [photo] = photosIn(join(root, "train/bag"));
const damaged = readFileSync(photo!).subarray(0, 100);

const open = (model: string | Uint8Array, { height, width }: Pick<Family, "height" | "width">, options = {}) => {
  const image = { resize: { height, width }, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] } as const;
  return createLearner({ model, data, image, batchSize: 8, worker: false, ...options });
};

describe.each([...families.keys()])("%s", (name) => {
  const family = families.get(name)!;

  it("is refused when it is empty, or cut short anywhere", async () => {
    const whole = readFileSync(family.path);
    const copy = join(folder, "short.onnx");
    const attempt = async (bytes: Uint8Array, ...parts: (string | RegExp)[]) => {
      writeFileSync(copy, bytes);
      await refusal(() => open(copy, family), "invalid-model", "short.onnx", /again|Keep/, ...parts);
    };
    await attempt(new Uint8Array(), "it is empty");
    for (const part of [1e-9, 0.01, 0.1, 0.37, 0.5, 0.82, 0.99])
      await attempt(whole.subarray(0, whole.length * part + 1));
    await attempt(whole.subarray(0, -1));
    // In bytes that are none of a length or a tag, damage cannot be seen; the rest is refused.
    const noise = whole.map((byte, i) => (i % 5 === 0 ? byte ^ 0xff : byte));
    await attempt(noise);
  });
});

describe.each(usable)("%s", (name) => {
  const family = families.get(name)!;

  const statesSize = family.shape.filter((size) => typeof size === "number" && size > 4).length === 2;
  if (statesSize)
    it("refuses photos of another size than its own", async () => {
      const { height, width } = family;
      const wanted = [`${height}×${width}`, `${height + 8}×${width}`, "image.crop"];
      await refusal(() => open(family.path, { height: height + 8, width }), "invalid-argument", ...wanted);
    });

  it("refuses a cut that it has not", async () => {
    const call = () => open(family.path, family, { cut: "no such value" });
    const { details } = await refusal(call, "invalid-argument", basename(family.path), '"no such value"');
    expect(details.name).toBe("cut");
  });

  it("refuses photos that cannot be read, and learns from good ones afterwards", async () => {
    const items = ["bag", "coat"].flatMap((label) => Array.from({ length: 4 }, () => ({ image: damaged, label })));
    const bad = await open(family.path, family, { data: imageList(items) });
    const unread = await refusal(() => bad.fit(1, 0.01), "too-many-unreadable", "of 8", "image.maxSkipped");
    expect(unread.details.skipped[0]!.reason).toContain("damaged");
    await bad.dispose();

    const learner = await open(family.path, family);
    await refusal(() => learner.predict([photo!, damaged]), "unreadable-image", "100 bytes", "damaged");
    await refusal(() => learner.predict(join(folder, "gone.png")), "unreadable-image", "gone.png");
    const [epoch] = await learner.fit(1, 0.01);
    expect(Number.isFinite(epoch!.trainLoss)).toBe(true);
    expect((await learner.predict(photo!)).logits.every(Number.isFinite)).toBe(true);
    await learner.dispose();
  });
});

describe("a model with its weights in another file", () => {
  const family = families.get("external/model")!;
  const place = (name: string, weights?: Uint8Array): string => {
    mkdirSync(join(folder, name));
    const path = join(folder, name, "model.onnx");
    copyFileSync(family.path, path);
    if (weights) writeFileSync(`${path}.data`, weights);
    return path;
  };
  const weights = readFileSync(`${family.path}.data`);

  it("is refused without it, with a part of it, and as bytes", async () => {
    await refusal(() => open(place("alone"), family), "file-access", "model.onnx.data", "put it beside the model");
    for (const [i, size] of [0, 1, weights.length >> 1, weights.length - 1].entries()) {
      const short = place(`short ${i}`, weights.subarray(0, size));
      await refusal(() => open(short, family), "invalid-model", "model.onnx.data", `${size}`, "Fetch the file again");
    }
    await refusal(() => open(readFileSync(family.path), family), "invalid-model", "model.onnx.data", "path instead");
  });

  it("is used with all of it, and an export into its folder leaves both files alone", async () => {
    const path = place("whole", weights);
    mkdirSync(join(folder, "whole/onnx"));
    copyFileSync(path, join(folder, "whole/onnx/model.onnx"));
    const learner = await open(path, family);
    await learner.fit(1, 0.01);
    await refusal(() => learner.exportOnnx(join(folder, "whole")), "file-access", "whole");
    await learner.dispose();
    for (const kept of [path, join(folder, "whole/onnx/model.onnx")])
      expect(readFileSync(kept)).toEqual(readFileSync(family.path));
    expect(readFileSync(`${path}.data`)).toEqual(weights);
  });
});
