import { describe, expect, it } from "vitest";
import type { Value } from "../../src/onnx/graph.js";
import { decodeModel, onnx, type ValueInfoProto } from "../../src/onnx/proto.js";
import { describeValue, tensorTypeOf } from "../../src/onnx/value-info.js";
import { float32 } from "../../src/tensor.js";
import { fixture, info, plain } from "./fixtures.js";

const { input, value_info } = decodeModel(fixture("everything.onnx"), "everything.onnx").graph!;
const entry = (name: string): ValueInfoProto => [...input, ...value_info].find((info) => info.name === name)!;

describe("tensorTypeOf", () => {
  it("reads sizes, symbols and unknown sizes", () => {
    expect(tensorTypeOf(entry("x"))).toEqual({ dtype: "float32", shape: ["batch", 3] });
    expect(tensorTypeOf(entry("h"))).toEqual({ dtype: "float32", shape: [undefined, 3] });
    expect(tensorTypeOf(entry("shifted"))).toEqual({ dtype: "float32", shape: [undefined, 3] });
    expect(tensorTypeOf(entry("condition"))).toEqual({ dtype: "bool", shape: [] });
  });

  it("has no shape where not even the rank is known, and nothing for what is no tensor", () => {
    expect(tensorTypeOf(entry("also_made"))).toEqual({ dtype: "float32" });
    for (const name of ["sequence", "optional", "mapping"]) expect(tensorTypeOf(entry(name))).toEqual({});
    expect(tensorTypeOf(undefined)).toEqual({});
  });
});

describe("describeValue", () => {
  const asValue = (info: ValueInfoProto): Value => ({ name: info.name!, ...tensorTypeOf(info), proto: info });

  it("keeps the file's entry as it is while it agrees", () => {
    for (const info of [...input, ...value_info]) expect(describeValue(asValue(info), info.name!, info)).toBe(info);
  });

  it("changes only the name of a renamed value", () => {
    const before = entry("mapping");
    const renamed = describeValue(asValue(before), "other", before);
    expect(plain(renamed)).toEqual({ ...(plain(before) as object), name: "other" });
  });

  it("corrects type and shape, and keeps denotations, doc string and unknown fields", () => {
    const before = entry("x");
    const after = describeValue({ name: "x", dtype: "float16", shape: [8, 3], proto: before }, "x", before);
    const { type, ...rest } = plain(before) as { type: object };
    expect(plain(after)).toEqual({
      ...rest,
      type: {
        ...type,
        tensor_type: {
          elem_type: 10,
          shape: {
            dim: [
              { dim_value: 8, denotation: "DATA_BATCH" },
              { dim_value: "0:3", denotation: "DATA_CHANNEL" },
            ],
          },
        },
      },
    });
    const ranked = describeValue({ name: "also_made", dtype: "float32", shape: [2] }, "also_made", entry("also_made"));
    expect(tensorTypeOf(ranked)).toEqual({ dtype: "float32", shape: [2] });
    expect(ranked.$unknowns).toEqual(entry("also_made").$unknowns);
  });

  it("makes an entry for a value of our own, open where its shape is", () => {
    const value: Value = { name: "v", dtype: "int64", shape: ["batch", undefined, 4] };
    expect(plain(describeValue(value, "v_1", undefined))).toEqual({
      name: "v_1",
      type: { tensor_type: { elem_type: 7, shape: { dim: [{ dim_param: "batch" }, {}, { dim_value: 4 }] } } },
    });
    expect(plain(describeValue({ name: "v" }, "v", undefined))).toEqual({ name: "v" });
    expect(plain(describeValue({ name: "v", dtype: "bool" }, "v", undefined))).toEqual({
      name: "v",
      type: { tensor_type: { elem_type: 9 } },
    });
  });

  it("lets an entry be vaguer than its constant, but not different", () => {
    const constant = { tensor: float32([2, 3]) };
    const value: Value = { name: "w", dtype: "float32", shape: [2, 3], constant };
    for (const vague of [info("w"), info("w", "n", 3), entry("also_made")]) {
      expect(plain(describeValue(value, "w", vague))).toEqual({ ...(plain(vague) as object), name: "w" });
    }
    expect(tensorTypeOf(describeValue(value, "w", info("w", 9, 3)))).toEqual({ dtype: "float32", shape: [2, 3] });
    expect(tensorTypeOf(describeValue(value, "w", info("w", 6)))).toEqual({ dtype: "float32", shape: [2, 3] });
  });

  it("turns another kind of type into a tensor's when the value became one", () => {
    const after = describeValue({ name: "sequence", dtype: "float32", shape: [1] }, "sequence", entry("sequence"));
    expect(onnx.ValueInfoProto.encode(after).finish()).toEqual(
      onnx.ValueInfoProto.encode(info("sequence", 1)).finish(),
    );
  });
});
