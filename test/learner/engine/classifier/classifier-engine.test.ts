import { afterEach, describe, expect, it, vi } from "vitest";
import { imageList } from "../../../../src/datasets/image-list.js";
import { type ImageTransform, toPixelValues } from "../../../../src/datasets/transform.js";
import type { CallContext } from "../../../../src/learner/border/channel.js";
import { ClassifierEngine } from "../../../../src/learner/engine/classifier/classifier-engine.js";
import { toPreprocessorConfig } from "../../../../src/models/preprocessor-config.js";
import { replaceValues } from "../../../../src/onnx/rewrite.js";
import { writeModel } from "../../../../src/onnx/write.js";
import { refusal } from "../../../helpers/refusal.js";
import { tinyModel } from "../../../helpers/tiny-network.js";
import { colourDecoder, memoryFiles, tinyPlatform } from "../../../helpers/tiny-platform.js";

const transform: ImageTransform = {
  resize: { height: 4, width: 4 },
  resample: "bilinear",
  mean: [0.5, 0.5, 0.5],
  std: [0.25, 0.25, 0.25],
  maxPixels: 1e6,
};

const engines: ClassifierEngine[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close();
});

/** An exported folder of two classes, some of its files replaced, or left out. */
function folder(files: Readonly<Record<string, string | Uint8Array | undefined>> = {}) {
  const all = {
    "onnx/model.onnx": writeModel(tinyModel()),
    "config.json": '{"id2label": {"0": "cat", "1": "dog"}}',
    "preprocessor_config.json": JSON.stringify(toPreprocessorConfig(transform)),
    ...files,
  };
  const kept = Object.entries(all).filter((entry): entry is [string, string | Uint8Array] => entry[1] !== undefined);
  return memoryFiles(new Map(kept.map(([name, content]) => [`pets/${name}`, content])));
}

const device = { name: "cpu", threads: 1 } as const;

async function open(files?: Parameters<typeof folder>[0], decoder = colourDecoder) {
  const engine = new ClassifierEngine(tinyPlatform({ files: folder(files), decoder }));
  engines.push(engine);
  return { engine, ...(await engine.open({ folder: "pets", device }, contextOf().context)) };
}

function contextOf() {
  const events: unknown[] = [];
  const context: CallContext = { signal: new AbortController().signal, emit: (event) => events.push(event) };
  return { context, events };
}

describe("ClassifierEngine", () => {
  it("predicts what the network makes of the prepared photo", async () => {
    const { engine, classes } = await open();
    expect(classes).toEqual(["cat", "dog"]);
    const { context, events } = contextOf();
    const [prediction] = await engine.predict(["photos/red/1"], context);
    const pixels = new Float32Array(48);
    toPixelValues(await colourDecoder.decode("photos/red/1", transform), { height: 4, width: 4 }, transform, pixels);
    const [r, g, b] = [0, 1, 2].map((c) => pixels.subarray(16 * c, 16 * c + 16).reduce((sum, x) => sum + x, 0) / 16);
    expect(prediction!.logits[0]).toBeCloseTo(r! + 2 * g! + 3 * b!, 4);
    expect(prediction!.logits[1]).toBeCloseTo(4 * r! + 5 * g! + 6 * b!, 4);
    expect(events).toEqual([{ phase: "predict", done: 1, total: 1 }]);
  });

  it("goes through many images a few at a time", async () => {
    const decode = vi.fn(colourDecoder.decode);
    const { engine } = await open({}, { ...colourDecoder, decode });
    const { context, events } = contextOf();
    const images = Array.from({ length: 20 }, (_, i) => `photos/blue/${i}`);
    expect(await engine.predict(images, context)).toHaveLength(20);
    expect(decode).toHaveBeenCalledTimes(20);
    expect(events).toHaveLength(3);
  });

  it.each([
    ["unicode, quotes and bars", ["ä", 'a "b"', "c|d"]],
    ["names of JavaScript's own", ["__proto__", "constructor", "toString"]],
  ])("names classes as they are: %s", async (_, names) => {
    const id2label = Object.fromEntries(names.map((name, id) => [id, name]));
    const model = writeModel(tinyModel({ classes: 3 }));
    const { classes } = await open({ "onnx/model.onnx": model, "config.json": JSON.stringify({ id2label }) });
    expect(classes).toEqual(names);
  });

  it.each<[string, Parameters<typeof folder>[0], Parameters<typeof refusal>[1], string]>([
    ["no model", { "onnx/model.onnx": undefined }, "file-access", "pets/onnx/model.onnx"],
    ["a model that is none", { "onnx/model.onnx": "hello" }, "invalid-model", "pets/onnx/model.onnx"],
    ["no config.json", { "config.json": undefined }, "invalid-model", "names no classes (id2label)"],
    ["a config.json that is no JSON", { "config.json": "{" }, "invalid-model", "pets/config.json is not a JSON object"],
    ["a list for a config.json", { "config.json": "[]" }, "invalid-model", "pets/config.json is not a JSON object"],
    ["no classes", { "config.json": '{"id2label": {}}' }, "invalid-model", "names no classes"],
    ["null for classes", { "config.json": '{"id2label": null}' }, "invalid-model", "names no classes"],
    ["text for classes", { "config.json": '{"id2label": "ab"}' }, "invalid-model", "names no classes"],
    ["a number for classes", { "config.json": '{"id2label": 2}' }, "invalid-model", "names no classes"],
    [
      "classes without their numbers",
      { "config.json": '{"id2label": {"cat": "0", "dog": "1"}}' },
      "invalid-model",
      "names no classes",
    ],
    [
      "a class on the prototype",
      { "config.json": '{"id2label": {"0": "cat", "__proto__": {"1": "dog"}}}' },
      "invalid-model",
      "names no classes",
    ],
    [
      "classes that are no text",
      { "config.json": '{"id2label": {"0": ["cat"], "1": {}}}' },
      "invalid-model",
      "names no classes",
    ],
    [
      "another number of classes",
      { "config.json": '{"id2label": {"0": "cat"}}' },
      "invalid-model",
      "names 1 classes, its network has 2",
    ],
    [
      "photos of another size than the network's",
      { "onnx/model.onnx": writeModel(tinyModel({ size: 8 })) },
      "invalid-model",
      "prepared as 4×4 pixels, its network takes 8×8",
    ],
    [
      "a preparation nobody can do",
      { "preprocessor_config.json": '{"size": {"height": 1e9, "width": 1}}' },
      "unsupported-model",
      "preprocessor_config.json",
    ],
  ])("refuses a folder with %s", async (_, files, code, part) => {
    await refusal(() => open(files), code, part);
  });

  it("does not advise an option that nobody has here", async () => {
    const files = { "preprocessor_config.json": '{"do_resize": false}' };
    const { message } = await refusal(() => open(files), "unsupported-model", "Mend it, or export the model again.");
    expect(message).not.toContain("image`");
  });

  it("gives its session back, twice is once, and never opened is no matter", async () => {
    const { engine } = await open();
    await engine.close();
    await engine.close();
    await new ClassifierEngine(tinyPlatform()).close();
  });
});

describe("a network for photos in twos", () => {
  it("predicts, and is tried on, any number of them", async () => {
    const model = tinyModel();
    const [image] = model.graph.inputs;
    const fixed = { ...image!, shape: [2, 3, 4, 4] };
    const graph = replaceValues(model.graph, new Map([[image!, fixed]]));
    const { engine } = await open({ "onnx/model.onnx": writeModel({ ...model, graph }) });
    const { engine: free } = await open();
    const { context } = contextOf();
    const images = ["photos/red/1", "photos/blue/2", "photos/green/3"];
    expect(await engine.predict(images, context)).toEqual(await free.predict(images, context));
    const items = images.map((image) => ({ image, label: "dog" }));
    await engine.stage({ kind: "items", items, offset: 0 });
    const spec = { data: { ...imageList(items), items: [] }, split: undefined, metrics: [], views: 0, maxSkipped: 0 };
    expect((await engine.evaluate(spec, context)).photos).toBe(3);
  });
});
