import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { operators } from "../../src/onnx/operators.js";
import { type OpType, targetOpset } from "../../src/onnx/schema.js";
import { isListed, type OperatorSupport, operatorSupport, runsOn } from "../../src/runtime/operators.js";
import { describePython, runPython } from "../helpers/python.js";

// An operator that the builder can write and that is not in the table does not compile.
const rows: { readonly [O in OpType | "Loop"]: OperatorSupport } = operatorSupport;

const supports = Object.entries(rows).flatMap(([opType, row]) =>
  Object.entries(row).map(([list, support]) => ({ opType, list, support })),
);

describe("operatorSupport", () => {
  it("lists the operators that our graphs are made of, and no others", () => {
    expect(Object.keys(rows).sort()).toEqual([...Object.keys(operators), "Loop"].sort());
  });

  it("names kernels that run at the opset of our graphs", () => {
    for (const { opType, list, support } of supports) {
      if (!support || "inlined" in support) continue;
      const [first, last = Number.POSITIVE_INFINITY] = support.versions;
      expect(first <= targetOpset && targetOpset <= last, `${opType} on ${list}`).toBe(true);
    }
  });

  it("has a CPU kernel behind every row, for what a device lacks falls back to it", () => {
    for (const opType of Object.keys(rows)) {
      const dtype = opType === "OneHot" ? "int32" : "float32";
      expect(runsOn("cpu", opType, dtype), opType).toBe(true);
    }
  });

  it("has these gaps", () => {
    const gapsOf = (list: keyof OperatorSupport) =>
      supports.filter((entry) => entry.list === list && !entry.support).map(({ opType }) => opType);
    expect(gapsOf("cuda")).toEqual(["Mean"]);
    expect(gapsOf("webgpu")).toEqual([
      "Dropout",
      "LogSoftmax",
      "Loop",
      "Mean",
      "OneHot",
      "Sign",
      "SpaceToDepth",
      "Sum",
    ]);
  });

  it("is of the runtime that is installed: with another one, look its kernels up again", () => {
    const entry = createRequire(import.meta.url).resolve("onnxruntime-node/package.json");
    const { version } = JSON.parse(readFileSync(entry, "utf8")) as { version: string };
    expect(version).toMatch(/^1\.30\./);
  });
});

describePython("the versions of operators, by ONNX's own schemas,", ["onnx"], () => {
  it("are among those of the kernels", () => {
    const script = new URL("operator_versions.py", import.meta.url);
    const versions: Record<string, number> = JSON.parse(runPython(script, `${targetOpset}`, ...Object.keys(rows)));
    for (const { opType, list, support } of supports) {
      if (!support || "inlined" in support) continue;
      const [first, last = Number.POSITIVE_INFINITY] = support.versions;
      const version = versions[opType]!;
      expect(first <= version && version <= last, `${opType} on ${list} at ${version}`).toBe(true);
    }
  });
});

describe("runsOn", () => {
  it("goes by operator, device and element type", () => {
    expect(["cpu", "cuda", "webgpu", "wasm"].map((device) => runsOn(device as "cpu", "Conv", "float32"))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(runsOn("webgpu", "LogSoftmax", "float32")).toBe(false);
    expect(runsOn("cuda", "LogSoftmax", "float32")).toBe(true);
    expect(runsOn("webgpu", "Gather", "int32")).toBe(true);
    expect(runsOn("webgpu", "Gather", "int64")).toBe(false);
    expect(runsOn("wasm", "Gather", "int64")).toBe(true);
    expect(runsOn("cuda", "Mean", "float32")).toBe(false);
  });

  it("counts what is put in an operator's place", () => {
    expect(runsOn("webgpu", "Mish", "float32")).toBe(true);
    expect(runsOn("webgpu", "Mish", "int32")).toBe(false);
    expect(runsOn("wasm", "HardSwish", "float32")).toBe(true);
  });

  it("promises nothing of operators that are not listed", () => {
    expect(runsOn("cpu", "NonMaxSuppression", "float32")).toBe(false);
    expect(isListed("constructor")).toBe(false);
  });
});
