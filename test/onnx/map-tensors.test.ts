import { describe, expect, it } from "vitest";
import { mapTensors } from "../../src/onnx/map-tensors.js";
import { decodeModel, edit, type TensorProto } from "../../src/onnx/proto.js";
import { fixture, plain } from "./fixtures.js";

const model = decodeModel(fixture("everything.onnx"), "everything.onnx");

describe("mapTensors", () => {
  it("visits every tensor of a model, and knows the initializers", () => {
    const visited: [string, boolean][] = [];
    mapTensors(model, (tensor, isInitializer) => {
      visited.push([tensor.name ?? "", isInitializer]);
      return tensor;
    });
    const names = (wanted: boolean): string[] => visited.filter(([, is]) => is === wanted).map(([name]) => name);
    expect(names(true)).toEqual([...model.graph!.initializer.map(({ name }) => name), "own"]);
    expect(names(false)).toEqual(
      expect.arrayContaining(["sparse", "sparse_constant_values", "inside", "t0", "t1", "s0", ""]),
    );
  });

  it("returns the very same message when nothing changes", () => {
    expect(mapTensors(model, (tensor) => tensor)).toBe(model);
  });

  it("copies only what leads to a changed tensor, down into subgraphs", () => {
    const rename = (tensor: TensorProto): TensorProto =>
      tensor.name === "own" ? edit(tensor, { name: "theirs" }) : tensor;
    const changed = mapTensors(model, rename);
    const [before, after] = [model.graph!, changed.graph!];
    expect(after.initializer).toBe(before.initializer);
    expect(after.node.map((node, i) => node === before.node[i]).indexOf(false)).toBe(1);
    expect(
      after.node[1]!.attribute[0]!.g!.initializer[0] ?? after.node[1]!.attribute[1]!.g!.initializer[0],
    ).toMatchObject({
      name: "theirs",
    });
    expect(JSON.stringify(plain(changed)).replace('"theirs"', '"own"')).toBe(JSON.stringify(plain(model)));
  });
});
