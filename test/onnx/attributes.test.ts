import { describe, expect, it } from "vitest";
import { readAttribute, writeAttribute } from "../../src/onnx/attributes.js";
import type { Attribute, Graph } from "../../src/onnx/graph.js";
import { type AttributeProto, decodeModel, type Fields, type GraphProto, onnx } from "../../src/onnx/proto.js";
import { float32 } from "../../src/tensor.js";
import { fixture, floats, plain } from "./fixtures.js";

const graph = decodeModel(fixture("everything.onnx"), "everything.onnx").graph!;
const protos = new Map(
  graph.node.flatMap(({ attribute }) => attribute.map((proto): [string, AttributeProto] => [proto.name!, proto])),
);

const emptyGraph = (proto: GraphProto): Graph => ({
  name: proto.name!,
  inputs: [],
  outputs: [],
  nodes: [],
  initializers: [],
  proto,
});
const read = (proto: AttributeProto): Attribute => readAttribute(proto, emptyGraph);
const write = (name: string, attribute: Attribute, before?: AttributeProto): AttributeProto =>
  writeAttribute(name, attribute, before, ({ proto }) => proto!);
const attribute = (fields: Fields<AttributeProto>): AttributeProto => new onnx.AttributeProto({ name: "a", ...fields });

describe("readAttribute", () => {
  it("reads every kind that has a value of its own", () => {
    const value = (name: string): unknown => {
      const { type, value } = read(protos.get(name)!);
      return [type, value];
    };
    expect(value("a_float")).toEqual(["FLOAT", Math.fround(0.1)]);
    expect(value("an_int")).toEqual(["INT", 2n ** 63n - 1n]);
    expect(value("a_string")).toEqual(["STRING", "Zürich"]);
    expect(value("a_tensor")).toEqual(["TENSOR", { proto: protos.get("a_tensor")!.t }]);
    expect(value("floats")).toEqual(["FLOATS", [0.5, -1.5]]);
    expect(value("ints")).toEqual(["INTS", [2n ** 63n - 1n, -(2n ** 63n), 0, 2n ** 53n + 1n]]);
    expect(value("strings")).toEqual(["STRINGS", ["a", "ß"]]);
    expect(value("absent")).toEqual(["INT", 0]);
    expect(read(protos.get("then_branch")!)).toMatchObject({ type: "GRAPH", value: { name: "then_graph" } });
    expect(read(protos.get("graphs")!)).toMatchObject({ type: "GRAPHS", value: [{ name: "g" }] });
  });

  it.each(["tensors", "sparse_tensors", "sparse_value", "a_type", "types", "bytes"])(
    "keeps %s as its proto",
    (name) => {
      expect(read(protos.get(name)!)).toEqual({ type: "OTHER", value: protos.get(name) });
    },
  );

  it("keeps what it cannot read: references of functions, missing values, unknown types", () => {
    for (const fields of [
      { type: 1, ref_attr_name: "alpha" },
      { type: 4 },
      { type: 5 },
      { type: 99, f: 1 },
      { f: 1, i: 2 },
      {},
      { type: 8, strings: [new Uint8Array([0xff])] },
    ]) {
      expect(read(attribute(fields)).type).toBe("OTHER");
    }
  });

  it("tells the type by the filled field where a file of IR version 1 does not mark it", () => {
    expect(read(attribute({ i: 0 }))).toEqual({ type: "INT", value: 0 });
    expect(read(attribute({ ints: [1, 2] }))).toEqual({ type: "INTS", value: [1, 2] });
  });
});

describe("writeAttribute", () => {
  it("returns the file's own message for every unchanged attribute", () => {
    for (const [name, proto] of protos) {
      const written = write(name, read(proto), proto);
      if (proto.g || proto.graphs.length > 0) expect(plain(written)).toEqual(plain(proto));
      else expect(written).toBe(proto);
    }
  });

  it("changes the value and leaves doc string and unknown fields", () => {
    const before = protos.get("a_float")!;
    const after = write("a_float", { type: "FLOAT", value: 2 }, before);
    expect(plain(after)).toEqual({ ...(plain(before) as object), f: 2 });
    expect(plain(write("absent", { type: "INT", value: 5 }, protos.get("absent")!))).toMatchObject({
      i: 5,
      doc_string: "left at 0",
    });
  });

  it("starts afresh when the kind changes", () => {
    expect(plain(write("a_float", { type: "INTS", value: [1, 2n ** 60n] }, protos.get("a_float")!))).toEqual({
      name: "a_float",
      type: 7,
      ints: [1, `${2 ** 28}:0`],
    });
  });

  it("writes every kind without a file behind it, zeros included", () => {
    const written = (value: Attribute): unknown => plain(write("n", value));
    expect(written({ type: "FLOAT", value: 0 })).toEqual({ name: "n", type: 1, f: 0 });
    expect(written({ type: "INT", value: 0 })).toEqual({ name: "n", type: 2, i: 0 });
    expect(written({ type: "STRING", value: "é" })).toEqual({ name: "n", type: 3, s: "c3a9" });
    expect(written({ type: "TENSOR", value: { tensor: float32([1], [1]) } })).toEqual({
      name: "n",
      type: 4,
      t: { name: "n", dims: [1], data_type: 1, raw_data: "0000803f" },
    });
    expect(written({ type: "TENSOR", value: { proto: floats("t", [], [1]) } })).toMatchObject({ t: { name: "t" } });
    expect(written({ type: "FLOATS", value: [0.5] })).toEqual({ name: "n", type: 6, floats: [0.5] });
    expect(written({ type: "STRINGS", value: ["a"] })).toEqual({ name: "n", type: 8, strings: ["61"] });
    expect(written({ type: "INTS", value: [] })).toEqual({ name: "n", type: 7 });
  });

  it("writes an OTHER under the name it has now, and asserts that it is a message", () => {
    const types = protos.get("types")!;
    expect(plain(write("renamed", { type: "OTHER", value: types }))).toEqual({
      ...(plain(types) as object),
      name: "renamed",
    });
    expect(() => write("n", { type: "OTHER", value: 3 })).toThrow("assertion");
  });
});
