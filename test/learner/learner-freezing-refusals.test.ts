// Networks that cannot be unfrozen all the way: the reason at once, how far one can, and a learner that goes on.
import { describe, expect, it } from "vitest";
import type { ErrorCode } from "../../src/errors.js";
import type { Ops } from "../../src/onnx/builder.js";
import type { TypedValue } from "../../src/onnx/shapes/dims.js";
import { writeModel } from "../../src/onnx/write.js";
import { float32 } from "../../src/tensor.js";
import { type ConvModelOptions, convModel } from "../helpers/conv-network.js";
import { refusal } from "../helpers/refusal.js";
import { emit } from "../helpers/tiny-network.js";
import { changed, openConv } from "../helpers/unfreezing.js";

/** An activation for which there is no rule. */
const selu =
  (name: string) =>
  (_: Ops, map: TypedValue): TypedValue =>
    emit("Selu", [map], { name, shape: map.shape });

const shrink = (_: Ops, map: TypedValue): TypedValue =>
  emit("Shrink", [map], { name: "shrunk", shape: map.shape, attributes: { lambd: { type: "FLOAT", value: 0.1 } } });

const openWith = (after: ConvModelOptions["after"], batch?: number) =>
  openConv({ model: writeModel(convModel({ ...(after && { after }), ...(batch && { batch }) })) });

describe("operators without a gradient", () => {
  it("are all named at once, with how far one can unfreeze", async () => {
    const { learner } = await openWith({
      1: (op, map) => selu("selu 2")(op, selu("selu 1")(op, map)),
      2: shrink,
    });
    const { details, message } = await refusal(() => learner.unfreeze(), "unsupported-op");
    expect(details).toEqual({ ops: { Selu: ["selu 1", "selu 2"], Shrink: ["shrunk"] } });
    expect(message).toBe(
      "No gradient for Selu (selu 1, selu 2); Shrink (shrunk). " +
        'It can be unfrozen down to layer group 2 ("2×2"): freezeTo(2).',
    );
    const between = await refusal(() => learner.freezeTo(1), "unsupported-op", /freezeTo\(2\)/);
    expect(between.details.ops).toEqual({ Shrink: ["shrunk"] });
    await learner.freezeTo(2);
    expect(await learner.fit(1, 0.05)).toHaveLength(1);
  });

  it("above all layers leave the head", async () => {
    const { learner } = await openWith({ 3: selu("selu") });
    for (const n of [0, 1, 2])
      await refusal(
        () => learner.freezeTo(n),
        "unsupported-op",
        "Of this network only the head can be trained: freeze",
      );
    await learner.freeze();
    expect(await learner.fit(1, 0.1)).toHaveLength(1);
  });

  it("do not matter where no gradient goes through them", async () => {
    const { learner } = await openWith({ 1: selu("selu") });
    await learner.freezeTo(1);
    const { loss } = await learner.validate();
    await learner.fit(6, 0.05);
    expect((await learner.validate()).loss).toBeLessThan(loss - 0.1);
  });
});

describe("a network that insists on a number of photos", () => {
  /** Adds other numbers to the first photo than to the second. */
  const byPlace = (op: Ops, map: TypedValue): TypedValue => {
    const offsets = Float32Array.from({ length: 2 * 8 * 2 * 2 }, (_, i) => Math.floor(i / 32));
    return op.Add(map, op.constant("offsets", float32([2, 8, 2, 2], offsets)));
  };
  /** Subtracts from each photo what is largest in all. */
  const byOthers = (op: Ops, map: TypedValue): TypedValue => op.Sub(map, op.ReduceMax(map, op.ints(0)));

  it.each([
    ["two", byPlace, 2, "it takes 2 photos at a time"],
    ["one", byOthers, undefined, "it takes one photo at a time"],
  ] as const)("of %s has only its head trained", async (_, layer, batch, reason) => {
    const { learner } = await openWith({ 3: layer }, batch);
    for (const n of [0, 2])
      await refusal(() => learner.freezeTo(n), "unsupported-model", "only the head", reason, "free batch");
    await learner.freeze();
    expect(await learner.fit(1, 0.1)).toHaveLength(1);
  });
});

describe("a refusal", () => {
  const cases: readonly [string, Parameters<typeof openWith>, ErrorCode][] = [
    ["of an operator", [{ 1: selu("selu") }], "unsupported-op"],
    ["of a batch", [{ 3: (op, map) => op.Sub(map, op.ReduceMax(map, op.ints(0))) }], "unsupported-model"],
  ];
  it.each(cases)("%s changes nothing: training goes on as if it had not been, bit for bit", async (_, model, code) => {
    const train = async (between: (learner: Awaited<ReturnType<typeof openWith>>["learner"]) => unknown) => {
      const { learner, platform, weights } = await openWith(...model);
      await learner.fit(1, 0.1);
      const alive = platform.alive();
      platform.decoder.decode.mockClear();
      await between(learner);
      expect(platform.alive()).toEqual(alive);
      expect(learner.layerGroups().map(({ trained }) => trained)).toEqual([false, false, false, true]);
      await learner.fit(1, 0.1);
      // For the head there is momentum to lose, and there are features.
      expect(platform.decoder.decode).not.toHaveBeenCalled();
      return weights();
    };
    const refused = await train((learner) => refusal(() => learner.unfreeze(), code));
    expect(changed(await train(() => {}), refused)).toEqual([]);
  });
});
