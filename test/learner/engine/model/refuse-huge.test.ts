import { describe, expect, it } from "vitest";
import { findImageInput } from "../../../../src/heads/image-input.js";
import { refuseHuge } from "../../../../src/learner/engine/model/refuse-huge.js";
import { createOps } from "../../../../src/onnx/builder.js";
import { graphOf, type Value } from "../../../../src/onnx/graph.js";
import { targetOpset } from "../../../../src/onnx/schema.js";
import { createNodeRuntime } from "../../../../src/runtime/node.js";
import type { Session } from "../../../../src/runtime/session.js";
import { int64 } from "../../../../src/tensor.js";
import { refusal } from "../../../helpers/refusal.js";
import { emit, imageOf, weight } from "../../../helpers/tiny-network.js";

const image = imageOf();
const sizes = (...dims: number[]): Value => createOps().constant("sizes", int64([dims.length], dims));
const open = { shape: undefined! };
const enlarged = (opType: string, ...inputs: (Value | undefined)[]): Value => emit(opType, [image, ...inputs], open);

let opened: Session[] = [];
/** Sessions that may not run: nothing of this size is to be allocated. */
async function check(value: Value, shape: readonly number[] = [2, 3, 8, 8]): Promise<void> {
  opened = [];
  const output = emit("Relu", [value], { name: "logits", ...open });
  const model = { graph: graphOf("g", [image], [output]), opsets: { "": targetOpset }, metadata: {} };
  const [photos, , height, width] = shape as [number, number, number, number];
  const imported = { model, image: findImageInput(model.graph, "m.onnx") };
  await refuseHuge(imported, { photos, size: { height, width }, source: "m.onnx" }, async (bytes) => {
    const options = { device: "cpu", threads: 1, once: true } as const;
    const session = await createNodeRuntime().createSession(bytes, "m.onnx", options);
    const watched = { ...session, run: () => expect.unreachable(), release: async () => void opened.pop() };
    opened.push(watched);
    return watched;
  });
}

describe("refuseHuge", () => {
  it("lets networks pass, and gives its session back", async () => {
    await check(enlarged("Conv", weight("image_value_0", [500, 3, 3, 3])));
    await check(enlarged("Tile", sizes(1, 1, 10, 10)));
    expect(opened).toEqual([]);
  });

  it.each<[string, Value, string]>([
    ["Tile", enlarged("Tile", sizes(1, 1, 10_000, 10_000)), "143.1 GiB"],
    ["Resize", enlarged("Resize", undefined, undefined, sizes(2, 3, 100_000, 100_000)), "223.5 GiB"],
    ["Pad", enlarged("Pad", sizes(0, 0, 0, 0, 0, 0, 100_000, 100_000)), "GiB"],
    [
      "ConstantOfShape",
      emit("Add", [image, emit("ReduceSum", [emit("ConstantOfShape", [sizes(2 ** 29)], open)], open)], open),
      "2 GiB",
    ],
  ])("refuses what %s makes of a photo", async (_, value, size) => {
    await refusal(
      () => check(value),
      "unsupported-model",
      "Cannot use m.onnx: its ",
      size,
      "for 2 photos",
      "Export it",
    );
    expect(opened).toEqual([]);
  });

  const doubled = (times: number): Value => {
    const attributes = { axis: { type: "INT", value: 1 } } as const;
    let value: Value = image;
    for (let i = 0; i < times; i++)
      value = emit("Concat", [value, value], { name: `twice_${i}`, attributes, shape: undefined! });
    return value;
  };

  it("sees what grows step by step", async () => {
    await refusal(() => check(doubled(24)), "unsupported-model", /"twice_\d+" takes 1.5 GiB/);
  });

  it("sees what has outgrown the runtime's numbers", async () => {
    await refusal(() => check(doubled(40)), "unsupported-model", "longer than 2^31 for 2 photos", "Export it");
  });

  it("lets pass what the runtime does not load: it says so itself", async () => {
    await check(emit("Reshape", [image, sizes(5, 5)], open));
  });

  it("refuses more photos at a time than fit, before anything is loaded", async () => {
    const reason = "it takes 100000 photos at a time, 56.1 GiB of pixels";
    await refusal(() => check(image, [100_000, 3, 224, 224]), "unsupported-model", reason, "dynamic batch");
    expect(opened).toEqual([]);
  });
});
