import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Narrow } from "../../src/heads/classifier.js";
import { type LayerGroup, layerGroups } from "../../src/heads/layer-groups.js";
import { openNetwork } from "../../src/learner/engine/model/network.js";
import { loadPretrained } from "../../src/learner/engine/model/pretrained.js";
import { bottlenecks } from "../../src/onnx/bottlenecks.js";
import { graphOf, type Value } from "../../src/onnx/graph.js";
import { readModel } from "../../src/onnx/read.js";
import { platform } from "../helpers/cli-here.js";
import { onCpu } from "../helpers/opening.js";
import { refusal } from "../helpers/refusal.js";
import { resnet34 } from "../helpers/resnet34.js";
import { input } from "../helpers/run-graph.js";
import { emit, weight } from "../helpers/tiny-network.js";

/** Of a file of test/fixtures/families, the embedded model, or bytes. */
async function groupsOf(model: string | Uint8Array, size?: number): Promise<LayerGroup[]> {
  const fixture = fileURLToPath(new URL(`../fixtures/families/${model}.onnx`, import.meta.url));
  const image = size && { resize: { height: size, width: size }, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] };
  const pretrained = await loadPretrained(platform, image ? fixture : model, image as object | undefined);
  const { cut, session } = await openNetwork(pretrained, platform.runtime, onCpu, { at: undefined, pool: "own" });
  await session.release();
  return layerGroups(cut.route, { source: pretrained.name });
}

const sum = (groups: readonly LayerGroup[]): number => groups.reduce((sum, { parameters }) => sum + parameters, 0);
const table = (groups: readonly LayerGroup[]) =>
  groups.map(({ name, shape: [, ...shape] }) => `${name} [${shape}]`).join(", ");

const resnet = "32×32 [2,16,16], 16×16 [2,16,16], 8×8 [4,8,8], 4×4 [8,4,4], 2×2 [16]";
const lite = "32×32 [1,32,32], 16×16 [1,16,16], 8×8 [2,8,8], 4×4 [5,4,4], 2×2 [53]";
const mobilenet3 = "32×32 [1,32,32], 16×16 [1,16,16], 8×8 [2,8,8], 4×4 [3,4,4], 2×2 [36], vector [64]";
const mobilenet2 = "32×32 [1,32,32], 16×16 [2,16,16], 8×8 [2,8,8], 4×4 [6,4,4], 2×2 [80]";
const convnext = "16×16 [8,16,16], 8×8 [12,8,8], 4×4 [16,4,4], 2×2 [24]";
const densenet = "32×32 [8,16,16], 16×16 [8,8,8], 8×8 [10,4,4], 4×4 [13,2,2], 2×2 [21]";
const vit = "stem [17,24], block 1 [17,24], block 2 [24]";

describe("layerGroups of networks of every family", () => {
  // PyTorch's count of the parameters without the classifier's, less one for each channel of a batch normalisation that
  // the exporter has folded into a bias.
  it.each([
    ["resnet34-old-17-batch-norm", 64, 21_586, resnet],
    ["resnet34-new-18", 64, 21_586 - 266, resnet],
    ["notes-new-18-raw", 64, 5250, resnet],
    ["resnetv2-timm-new-21", 64, 10_680, "32×32 [8,16,16], 16×16 [16,16,16], 8×8 [24,8,8], 4×4 [32,4,4], 2×2 [48,1,1]"],
    ["regnet-new-18", 64, 15_348 - 400, "32×32 [8,32,32], 16×16 [8,16,16], 8×8 [16,8,8], 4×4 [24,4,4], 2×2 [32]"],
    ["densenet-old-11", 64, 11_412 - 184, densenet],
    [
      "vgg11-old-12",
      64,
      12_308,
      "64×64 [2,32,32], 32×32 [4,16,16], 16×16 [8,8,8], 8×8 [16,4,4], 4×4 [16], vector [32]",
    ],
    ["alexnet-new-18", 224, 14_418, "55×55 [1,27,27], 27×27 [3,13,13], 13×13 [144], vector [64]"],
    [
      "inception-v3-old-13",
      128,
      22_404 - 539,
      "61×61 [2,30,30], 28×28 [6,13,13], 13×13 [9,13,13], 6×6 [24,6,6], 2×2 [64]",
    ],
    ["squeezenet-old-11", 64, 11_800, "31×31 [8,15,15], 15×15 [16,7,7], 7×7 [32,3,3], 3×3 [64,3,3]"],
    ["shufflenet-v2-new-18-raw", 64, 5216, "32×32 [8,16,16], 8×8 [16,8,8], 4×4 [24,4,4], 2×2 [48]"],
    ["mobilenet-v2-old-10", 64, 14_518 - 1067, mobilenet2],
    ["mobilenet-v3-old-17-batch-norm", 64, 10_299, mobilenet3],
    ["efficientnet-lite0-same-old-16", 64, 14_812 - 875, lite],
    ["convnext-new-20", 64, 15_068, convnext],
    ["hf-convnext-new-18", 64, 15_068, convnext],
    ["vit-old-17", 32, 13_288, vit],
    ["vit-new-23", 32, 13_288, vit],
    ["vit-rms-timm-new-23", 32, 13_512, "stem [16,24], block 1 [16,24], block 2 [24]"],
    ["hf-vit-old-14", 32, 7856, "stem [17,16], block 1 [17,16], block 2 [16]"],
    ["hf-deit-new-18", 32, 7888, "stem [18,16], block 1 [18,16], block 2 [16]"],
    // It has a token for masked patches, which no photo has.
    ["hf-dinov2-new-18", 32, 7936 - 16, "stem [17,16], block 1 [17,16], block 2 [32]"],
    ["mixer-timm-new-18", 32, 10_448, "stem [16,24], block 1 [16,24], block 2 [24]"],
    // Tables of relative positions are spread out: 16·16 for each head, of 7·7 in the file.
    ["swin-new-18", 32, 13_304 + 8 * (256 - 49), "8×8 [4,4,64], 4×4 [32]"],
    ["hf-swin-old-17", 32, 4600 + 4 * (256 - 49), "stem [64,12], block 1 [64,12], block 2 [12]"],
    ["quantised-qoperator", 64, 0, "all [16]"],
  ])("%s", async (file, size, parameters, expected) => {
    const groups = await groupsOf(file, size);
    expect(table(groups)).toBe(expected);
    expect(sum(groups)).toBe(parameters);
    const names = groups.flatMap(({ weights, statistics }) => [...weights, ...statistics].map(({ name }) => name));
    expect(new Set(names).size).toBe(names.length);
  });

  it("divides the embedded model where its blocks end", async () => {
    const groups = await groupsOf("efficientnet-lite0");
    expect(groups.map(({ name, end, parameters }) => [name, end.name, parameters])).toEqual([
      ["112×112", "blocks.0.project.bn", 1824],
      ["56×56", "blocks.2.add", 13_968],
      ["28×28", "blocks.4.add", 39_712],
      ["14×14", "blocks.10.add", 645_264],
      ["7×7", "features", 2_670_240],
    ]);
    expect(sum(groups)).toBe(3_371_008);
    expect(groups.flatMap(({ statistics }) => statistics)).toHaveLength(2 * 49);
    expect(groups[0]!.weights.slice(0, 3).map(({ name }) => name)).toEqual([
      "stem.conv.weight",
      "stem.bn.weight",
      "stem.bn.bias",
    ]);
  });

  it.each([
    ["torchvision", /^(conv1|bn1)\./, (stage: number) => `layer${stage}.`],
    ["mxnet", /^resnetv16_(conv0|batchnorm0)_/, (stage: number) => `resnetv16_stage${stage}_`],
  ] as const)("divides ResNet34 into %s's own layers", async (style, stem, stageName) => {
    const file = resnet34({ seed: 1, style, batchNorm: true, widths: [8, 16, 32, 64], size: 64 });
    const groups = await groupsOf(file);
    expect(table(groups)).toBe("32×32 [8,16,16], 16×16 [8,16,16], 8×8 [16,8,8], 4×4 [32,4,4], 2×2 [64]");
    const { initializers } = readModel(file, { source: "resnet34" }).graph;
    const learnt = initializers.map(({ name }) => name).filter((name) => !/running|fc|dense/.test(name));
    const inGroup = (group: number) => (name: string) =>
      group === 0 ? stem.test(name) : name.startsWith(stageName(group));
    for (const [group, { weights }] of groups.entries())
      expect(weights.map(({ name }) => name).toSorted()).toEqual(learnt.filter(inGroup(group)).toSorted());
    expect(groups.flatMap(({ weights }) => weights)).toHaveLength(36 + 2 * 36);
  });
});

/** Convolutions at 8×8 and at 4×4, a pooling between them, one weight read on both sides. */
function small() {
  const image = input("image", ["batch", 3, 8, 8]);
  const scale = weight("scale", [4, 1, 1], [1, 2, 3, 4]);
  const first = emit("Conv", [image, weight("w1", [4, 3, 1, 1])], { name: "conv1" });
  const scaled = emit("Mul", [first, scale], { name: "scaled" });
  const turned = emit("Relu", [scaled], { name: "turned" });
  const pooled = emit("MaxPool", [turned], { name: "pooled" });
  const second = emit("Conv", [pooled, weight("w2", [4, 4, 1, 1])], { name: "conv2" });
  const again = emit("Mul", [second, scale], { name: "again" });
  const shapes: Record<string, readonly number[]> = { image: [2, 3, 8, 8] };
  for (const name of ["conv1", "scaled", "turned"]) shapes[name] = [2, 4, 8, 8];
  for (const name of ["pooled", "conv2", "again"]) shapes[name] = [2, 4, 4, 4];
  const route = (changes: Readonly<Record<string, Partial<Narrow>>> = {}): Narrow[] =>
    bottlenecks(graphOf("g", [image], [again]), image, again).map((narrow) => {
      const shape = shapes[narrow.value.name]!;
      return { ...narrow, shape, ...changes[narrow.value.name] };
    });
  return { route, pooled, again };
}

describe("layerGroups", () => {
  const { route, pooled, again } = small();
  const ends = (names: readonly string[]) => layerGroups(route(), { source: "net.onnx", ends: names });

  it("divides where least is handed over, and tells what lies in each group", () => {
    const [first, second, ...others] = layerGroups(route(), { source: "net.onnx" });
    expect(others).toEqual([]);
    expect(first).toMatchObject({ name: "8×8", end: pooled, shape: [2, 4, 4, 4], parameters: 12 + 4, statistics: [] });
    expect(first!.nodes.map(({ name }) => name)).toEqual(["conv1", "scaled", "turned", "pooled"]);
    expect(first!.weights.map(({ name }) => name)).toEqual(["w1", "scale"]);
    expect(second).toMatchObject({ name: "4×4", end: again, parameters: 16 });
    expect(second!.nodes.map(({ name }) => name)).toEqual(["conv2", "again"]);
    expect(second!.weights.map(({ name }) => name)).toEqual(["w2"]);
  });

  it("divides only where there are floats, one row per photo", () => {
    const quantised: Value = { ...pooled, dtype: "uint8" };
    const endAfter = (changes: Parameters<typeof route>[0]) =>
      layerGroups(route(changes), { source: "net.onnx" }).map(({ end }) => end.name);
    expect(endAfter({ pooled: { value: quantised } })).toEqual(["turned", "again"]);
    expect(endAfter({ pooled: { shape: [8, 16] } })).toEqual(["turned", "again"]);
    const nowhere = { shape: [8, 16] };
    expect(endAfter({ pooled: nowhere, turned: nowhere, scaled: nowhere })).toEqual(["again"]);
  });

  it("ends groups where it is told", () => {
    const groups = ends(["scaled", "conv2"]);
    expect(groups.map(({ name, end, parameters }) => [name, end.name, parameters])).toEqual([
      ["scaled", "scaled", 16],
      ["conv2", "conv2", 16],
      ["again", "again", 0],
    ]);
    expect(ends(["again"]).map(({ name }) => name)).toEqual(["again"]);
    expect(ends([]).map(({ name, parameters }) => [name, parameters])).toEqual([["again", 32]]);
  });

  it.each([
    ["what is not there", ["layer1"], "net.onnx has no such place before its features; the last ones are"],
    ["what is spelled otherwise", ["CONV"], "names like it are conv1, conv2"],
    ["the image", ["image"], "net.onnx does not give one row of floats per photo there"],
    ["another order", ["conv2", "conv1"], 'In net.onnx it does not come after "conv2"'],
    ["one place twice", ["conv1", "conv1"], 'In net.onnx it does not come after "conv1"'],
  ])("refuses %s", async (_, names, message) => {
    await refusal(async () => ends(names), "invalid-argument", "layerGroups", message);
  });
});
