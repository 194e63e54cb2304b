import { describe, expect, it } from "vitest";
import { decodeModel, edit, encodeModel, fromInt64, onnx, toInt64 } from "../../src/onnx/proto.js";
import { file, fixture, invalid, node, plain } from "./fixtures.js";

const everything = fixture("everything.onnx");

/** The reason and the whole message of the error for `bytes`. */
function refusal(bytes: Uint8Array): { reason: string; message: string } {
  const { details, message } = invalid(() => decodeModel(bytes, "some/model.onnx"));
  expect(details.source).toBe("some/model.onnx");
  expect(message).toContain("some/model.onnx");
  return { reason: details.reason, message };
}

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

describe("decodeModel and encodeModel", () => {
  it("give back the bytes of a file that Python's protobuf wrote", () => {
    const model = decodeModel(everything, "everything.onnx");
    expect(Buffer.from(encodeModel(model)).equals(Buffer.from(everything))).toBe(true);
  });

  it("keep unknown fields at every depth", () => {
    const model = decodeModel(everything, "everything.onnx");
    const graph = model.graph!;
    const unknown = (name: string): Uint8Array[] => [new Uint8Array([0xc2, 0x3e, name.length, ...text(name)])];
    expect(model.$unknowns).toEqual(unknown("model"));
    expect(graph.$unknowns).toEqual(unknown("graph"));
    expect(graph.node[0]!.$unknowns).toEqual(unknown("node"));
    expect(graph.initializer.find(({ name }) => name === "weight")!.$unknowns).toEqual(unknown("tensor"));
    expect(graph.node.find(({ name }) => name === "custom")!.attribute[0]!.$unknowns).toEqual(unknown("attribute"));
  });

  it("tell an absent field from an empty one", () => {
    const nodes = [node("Relu", ["x"], ["y"]), node("Relu", ["x"], ["z"], { name: "", domain: "" })];
    const [absent, present] = decodeModel(file({ node: nodes }), "m").graph!.node;
    expect(Object.hasOwn(absent!, "name")).toBe(false);
    expect(Object.hasOwn(present!, "name")).toBe(true);
    expect(absent!.name).toBe("");
  });

  it("decode a Node Buffer into views of it, as plain byte arrays", () => {
    const padded = Buffer.concat([Buffer.alloc(3), everything]);
    const model = decodeModel(padded.subarray(3), "m");
    const weight = model.graph!.initializer.find(({ name }) => name === "weight")!;
    expect(weight.raw_data!.buffer).toBe(padded.buffer);
    expect(Object.getPrototypeOf(weight.raw_data)).toBe(Uint8Array.prototype);
  });

  it("encode into a buffer of its own, hardly larger than the file", () => {
    const model = decodeModel(everything, "m");
    const node = Array.from({ length: 3000 }, (_, i) => new onnx.NodeProto({ op_type: "Relu", name: `relu ${i}` }));
    const initializer = Array.from({ length: 50 }, (_, i) => {
      return new onnx.TensorProto({ name: `w${i}`, data_type: 1, dims: [5000], raw_data: new Uint8Array(20000) });
    });
    for (const graph of [model.graph!, edit(model.graph!, { node }), edit(model.graph!, { initializer })]) {
      const { byteOffset, buffer, length } = encodeModel(edit(model, { graph }));
      expect(byteOffset).toBe(0);
      expect(buffer.byteLength - length).toBeLessThanOrEqual(16 * (graph.initializer.length + 1));
    }
  });

  it("read a message whose parts are spread over the file as protobuf merges them", () => {
    const [first, second] = [file({ node: [node("Relu", ["x"], ["y"])] }), file({ node: [node("Abs", ["x"], ["z"])] })];
    const merged = decodeModel(new Uint8Array([...first, ...second]), "m");
    expect(merged.graph!.node.map(({ op_type }) => op_type)).toEqual(["Relu", "Abs"]);
  });
});

describe("what is no ONNX model", () => {
  it("is named, with a remedy", () => {
    expect(refusal(new Uint8Array())).toMatchObject({ reason: "it is empty" });
    const pointer = refusal(text("version https://git-lfs.github.com/spec/v1\noid sha256:4fd7\nsize 87174041\n"));
    expect(pointer.reason).toBe("it is a Git LFS pointer, not the file it stands for");
    expect(pointer.message).toContain("git lfs pull");
    expect(refusal(text("\n<!DOCTYPE html><html><body>404</body></html>")).reason).toBe("it is a web page");
    expect(refusal(text('{"error": "Repository not found"}')).reason).toBe("it is JSON text");
    expect(refusal(new Uint8Array([0x50, 0x4b, 3, 4, 20, 0])).reason).toContain("zip archive");
  });

  it("is refused when truncated anywhere before its graph ends", () => {
    for (const length of [1, 2, 100, 1000, 3000]) {
      expect(refusal(everything.subarray(0, length)).reason).toMatch(/cut off|holds no graph/);
    }
  });

  it("is refused when a length reaches past the end, or nothing but unknown fields is there", () => {
    expect(refusal(new Uint8Array([0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f])).reason).toContain("cut off");
    expect(refusal(text("hello, this is plain text")).reason).toMatch(/cut off|holds no graph/);
    expect(refusal(encodeModel(new onnx.ModelProto({ ir_version: 8, producer_name: "nobody" }))).reason).toBe(
      "it holds no graph",
    );
  });

  it("is refused when messages nest without end", () => {
    // graph (7) → node (1) → attribute (5) → g (6) → node …: 10,000 levels.
    let bytes = new Uint8Array();
    const wrap = (tag: number): void => {
      const length: number[] = [];
      for (let n = bytes.length; ; n >>>= 7) {
        if (n < 128) {
          length.push(n);
          break;
        }
        length.push((n & 127) | 128);
      }
      bytes = new Uint8Array([tag, ...length, ...bytes]);
    };
    for (let level = 0; level < 1000; level++) for (const tag of [0x32, 0x2a, 0x0a]) wrap(tag);
    wrap(0x3a);
    expect(refusal(bytes).reason).toContain("cut off, damaged");
    // Unknown groups nest as well: field 1000 opened 100,000 times.
    const groups = new Uint8Array(200_000).map((_, i) => (i % 2 === 0 ? 0xc3 : 0x3e));
    expect(refusal(groups).reason).toContain("cut off, damaged");
  });
});

describe("edit", () => {
  it("sets and removes fields in a copy, unknown fields included", () => {
    const before = decodeModel(everything, "m").graph!.node[0]!;
    const after = edit(before, { op_type: "Gemm", doc_string: undefined });
    expect(before.op_type).toBe("MatMul");
    const { doc_string, ...rest } = plain(before) as Record<string, unknown>;
    expect(doc_string).toBe("the dense layer");
    expect(plain(after)).toEqual({ ...rest, op_type: "Gemm" });
    expect(onnx.NodeProto.encode(edit(before, {})).finish()).toEqual(onnx.NodeProto.encode(before).finish());
  });
});

describe("64-bit integers", () => {
  const values = [0, -1, 2 ** 53 - 1, -(2 ** 53) + 1, 2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n, -(2n ** 63n)];

  it("are exact: numbers while safe, bigints beyond", () => {
    const attribute = new onnx.AttributeProto({ name: "v", type: 7, ints: values.map(toInt64) });
    const bytes = file({ node: [node("Op", ["x"], ["y"], { attribute: [attribute] })] });
    expect(decodeModel(bytes, "m").graph!.node[0]!.attribute[0]!.ints.map(fromInt64)).toEqual(values);
  });

  it("are unsigned where the schema says so", () => {
    const largest = new onnx.TensorProto({
      name: "t",
      dims: [1],
      data_type: 13,
      uint64_data: [toInt64(2n ** 64n - 1n)],
    });
    expect(fromInt64(decodeModel(file({ initializer: [largest] }), "m").graph!.initializer[0]!.uint64_data[0]!)).toBe(
      2n ** 64n - 1n,
    );
  });
});
