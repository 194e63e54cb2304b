import { describe, expect, it } from "vitest";
import { isRegraftError } from "../../src/errors.js";
import { externalFiles, inlineExternalData, moveToExternalData, safeLocation } from "../../src/onnx/external-data.js";
import { decodeModel, encodeModel, type ModelProto, onnx, type TensorProto } from "../../src/onnx/proto.js";
import { readModel } from "../../src/onnx/read.js";
import { tensorOf } from "../../src/onnx/tensor-data.js";
import { fixture, floats, invalid, modelProto, node, plain, subgraph, thrown } from "./fixtures.js";

const everything = fixture("everything.onnx");
const files = new Map([["everything.bin", fixture("everything.bin")]]);

function external(name: string, entries: Record<string, string>, dims = [1]): TensorProto {
  const external_data = Object.entries(entries).map(([key, value]) => new onnx.StringStringEntryProto({ key, value }));
  return new onnx.TensorProto({ name, dims, data_type: 1, data_location: 1, external_data });
}

const raw = (name: string, length: number, first = 0): TensorProto => {
  const data = Float32Array.from({ length }, (_, i) => first + i);
  return new onnx.TensorProto({ name, dims: [length], data_type: 1, raw_data: new Uint8Array(data.buffer) });
};

const reasonOf = (action: () => unknown): string => invalid(action).details.reason;

/** The numbers of the initializers, subgraphs aside. */
const values = (model: ModelProto): number[][] =>
  model.graph!.initializer.map((proto) => [...(tensorOf({ proto }).data as Float32Array)]);

describe("externalFiles", () => {
  it("finds every place a tensor can be in, and names each file once", () => {
    const at = (location: string): TensorProto => external(location, { location });
    const sparse = new onnx.SparseTensorProto({ values: at("sparse-values"), indices: at("sparse-indices") });
    const inner = subgraph("body", { initializer: [at("sub/graph")] });
    const tensors = new onnx.AttributeProto({
      name: "t",
      type: 9,
      t: at("attribute"),
      tensors: [at("list"), at("attribute")],
    });
    const constant = new onnx.AttributeProto({ name: "s", type: 11, sparse_tensor: sparse });
    const inFunction = new onnx.AttributeProto({ name: "f", type: 4, t: at("function") });
    const algorithm = new onnx.GraphProto({ initializer: [at("./training")] });
    const model = modelProto(
      {
        initializer: [at("initializer"), floats("here", [1], [1])],
        node: [node("Op", [], ["y"], { attribute: [inner, tensors, constant] })],
      },
      {
        functions: [new onnx.FunctionProto({ node: [node("Op", [], ["z"], { attribute: [inFunction] })] })],
        training_info: [new onnx.TrainingInfoProto({ algorithm })],
      },
    );
    expect(externalFiles(model).toSorted()).toEqual(
      [
        "attribute",
        "function",
        "initializer",
        "list",
        "sparse-indices",
        "sparse-values",
        "sub/graph",
        "training",
      ].toSorted(),
    );
    expect(externalFiles(decodeModel(everything, "m"))).toEqual(["everything.bin"]);
  });
});

describe("safeLocation", () => {
  it("keeps plain relative paths", () => {
    expect(["model.onnx_data", "./weights.bin", "a/b.c/ü d", "..data", "a../b"].map(safeLocation)).toEqual([
      "model.onnx_data",
      "weights.bin",
      "a/b.c/ü d",
      "..data",
      "a../b",
    ]);
  });

  it.each([
    "",
    ".",
    "./",
    "/etc/passwd",
    "../secret",
    "a/../../b",
    "a/..",
    "..",
    "C:/x",
    "C:x",
    "c:\\x",
    "\\\\host\\x",
    "..\\x",
    "a\\..\\b",
    "a//b",
    "a/",
    "a\0b",
    "file:///x",
  ])("refuses %j", (location) => {
    expect(reasonOf(() => safeLocation(location))).toContain("out of the model's folder");
  });
});

describe("inlineExternalData", () => {
  it("brings the bytes in and leaves the message it was given alone", () => {
    const before = decodeModel(everything, "m");
    const kept = plain(before);
    const inlined = inlineExternalData(before, files);
    const tensor = inlined.graph!.initializer.find(({ name }) => name === "external")!;
    expect(tensorOf({ proto: tensor }).data).toEqual(Float32Array.of(10, 20, 30));
    expect([tensor.external_data.length, tensor.data_location]).toEqual([0, 0]);
    expect(plain(before)).toEqual(kept);
    expect(inlined.graph!.node).toBe(before.graph!.node);
  });

  it("reads to the end of the file when no length is given", () => {
    const model = modelProto({ initializer: [external("w", { location: "a", offset: "4" }, [2])] });
    const bytes = new Uint8Array(new Float32Array([9, 1, 2]).buffer);
    expect(values(inlineExternalData(model, new Map([["a", bytes]])))).toEqual([[1, 2]]);
  });

  it.each<[Record<string, string>, string]>([
    [{ location: "b" }, 'data file "b" is missing'],
    [{ location: "a", length: "9" }, 'bytes 0 to 9 of "a", which has 8'],
    [{ location: "a", offset: "5", length: "4" }, "bytes 5 to 9"],
    [{ location: "a", offset: "9" }, "bytes 9 to 8"],
    [{ location: "a", offset: "-1" }, 'the offset of its external data is "-1"'],
    [{ location: "a", length: "1e3" }, 'the length of its external data is "1e3"'],
    [{ location: "a", offset: "99999999999999999999" }, "the offset"],
    [{ location: "../a" }, "out of the model's folder"],
    [{ offset: "0" }, "out of the model's folder"],
  ])("refuses %j", (entries, reason) => {
    const model = modelProto({ initializer: [external("w", entries)] });
    expect(reasonOf(() => inlineExternalData(model, new Map([["a", new Uint8Array(8)]])))).toContain(reason);
  });
});

describe("readModel with external data", () => {
  it("decodes external tensors when their files are handed over", () => {
    const { graph } = readModel(everything, { source: "everything.onnx", external: files });
    const value = graph.initializers.find(({ name }) => name === "external")!;
    expect(tensorOf(value.constant!).data).toEqual(Float32Array.of(10, 20, 30));
  });
});

describe("moveToExternalData", () => {
  const model = modelProto({
    initializer: [raw("large", 2000, 5), raw("small", 4), raw("next", 256, 7), floats("typed", [3], [1, 2, 3])],
    node: [
      node("If", ["x"], ["y"], {
        attribute: [
          subgraph("then_branch", { initializer: [raw("inner", 300)] }),
          new onnx.AttributeProto({ name: "value", type: 4, t: raw("attribute", 500) }),
        ],
      }),
    ],
  });

  it("moves initializers from the threshold on, to offsets that can be mapped", () => {
    const { proto, data } = moveToExternalData(model, { location: "model.onnx_data" });
    const [large, small, next, typed] = proto.graph!.initializer;
    const entries = (tensor?: TensorProto) => tensor?.external_data.map(({ key, value }) => `${key}=${value}`);
    expect(entries(large)).toEqual(["location=model.onnx_data", "offset=0", "length=8000"]);
    expect(entries(next)).toEqual(["location=model.onnx_data", "offset=8192", "length=1024"]);
    expect(entries(proto.graph!.node[0]!.attribute[0]!.g!.initializer[0])).toContain("offset=12288");
    expect(data.length).toBe(12288 + 1200);
    expect(large!.raw_data!.length).toBe(0);
    expect([small!.data_location, typed!.data_location, proto.graph!.node[0]!.attribute[1]!.t!.data_location]).toEqual([
      0, 0, 0,
    ]);
  });

  it("is undone by inlineExternalData, through the encoded file", () => {
    const { proto, data } = moveToExternalData(model, { location: "d/w", threshold: 0 });
    const decoded = decodeModel(encodeModel(proto), "m");
    expect(externalFiles(decoded)).toEqual(["d/w"]);
    const back = inlineExternalData(decoded, new Map([["d/w", data]]));
    expect(plain(back)).toEqual(plain(decodeModel(encodeModel(model), "m")));
  });

  it("refuses a location outside the folder", () => {
    expect(reasonOf(() => moveToExternalData(model, { location: "../w" }))).toContain("out of the model's folder");
    expect(
      isRegraftError(
        thrown(() => moveToExternalData(model, { location: "./w" })),
        "invalid-argument",
      ),
    ).toBe(true);
  });
});
