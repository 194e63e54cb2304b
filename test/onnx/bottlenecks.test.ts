import { describe, expect, it } from "vitest";
import { bottlenecks } from "../../src/onnx/bottlenecks.js";
import { createNode, graphOf, type Node, type Value } from "../../src/onnx/graph.js";

const x: Value = { name: "x" };

const node = (name: string, inputs: readonly Value[], outputs: readonly string[] = [name]): Node =>
  createNode(
    { opType: "Op", domain: "", name, inputs, attributes: {} },
    outputs.map((output) => ({ name: output })),
  );
const value = (name: string, ...inputs: Value[]): Value => node(name, inputs).outputs[0]!;

const through = (output: Value, input = x): string[] =>
  bottlenecks(graphOf("g", [x], [output]), input, output).map(
    ({ value, nodes }) => `${value.name}:${nodes.map(({ name }) => name)}`,
  );

describe("bottlenecks", () => {
  it("are all values of a chain", () => {
    expect(through(value("b", value("a", x)))).toEqual(["x:", "a:a", "b:b"]);
  });

  it("are found after a node of more outputs than a call has arguments", () => {
    const split = node(
      "split",
      [x],
      Array.from({ length: 150_000 }, (_, i) => `${i}`),
    );
    const end = node("end", split.outputs as Value[]);
    const found = bottlenecks(graphOf("g", [x], [end.outputs[0]!]), x, split.outputs[0]!);
    expect(found.map(({ value }) => value.name)).toEqual(["x", "0"]);
  });

  it("are no lists or maps of tensors, and from one as output end at what it is made of", () => {
    const of = (opType: string, domain: string, input: Value): Value =>
      createNode({ opType, domain, name: opType, inputs: [input], attributes: {} }, [{ name: opType }]).outputs[0]!;
    const map = of("ZipMap", "ai.onnx.ml", value("b", of("SplitToSequence", "", value("a", x))));
    expect(through(map)).toEqual(["x:", "a:a", "b:SplitToSequence,b"]);
  });

  it("leave out what a residual connection passes by", () => {
    const a = value("a", x);
    const b = value("b", a);
    const c = value("c", b);
    expect(through(value("end", value("sum", a, c)))).toEqual(["x:", "a:a", "sum:b,c,sum", "end:end"]);
  });

  it("leave out the input when it is read again later", () => {
    expect(through(value("sum", value("b", value("a", x)), x))).toEqual(["x:", "sum:a,b,sum"]);
  });

  it("do not see what depends on no input", () => {
    const weight: Value = { name: "w" };
    const transposed = value("transposed", weight);
    const a = value("a", x);
    expect(through(value("b", a, transposed))).toEqual(["x:", "a:a", "b:b"]);
  });

  it("do not mind who asks for sizes", () => {
    const shape = createNode({ opType: "Shape", domain: "", name: "shape", inputs: [x], attributes: {} }, [
      { name: "shape" },
    ]);
    const doubled = value("doubled", shape.outputs[0]!);
    expect(through(value("reshaped", value("a", x), doubled))).toEqual(["x:", "a:a", "reshaped:reshaped"]);
  });

  it("are none of a node's several outputs when more than one is used", () => {
    const split = node("split", [value("a", x)], ["left", "right", "unused"]);
    const [left, right] = split.outputs as [Value, Value];
    expect(through(value("b", left, right))).toEqual(["x:", "a:a", "b:split,b"]);
    expect(through(value("c", left))).toEqual(["x:", "a:a", "left:split", "c:c"]);
  });

  it("include the output even when something else reads it", () => {
    const a = value("a", x);
    value("later", a);
    expect(through(a)).toEqual(["x:", "a:a"]);
  });

  it("are none when the output does not depend on the input", () => {
    expect(through(value("a", { name: "w" }))).toEqual([]);
  });

  it("hold what subgraphs read from outside", () => {
    const a = value("a", x);
    const inner = value("inner", a);
    const branch = graphOf("branch", [], []);
    const body = { ...branch, nodes: [inner.producer!], outputs: [inner] };
    const b = value("b", a);
    const conditional = createNode(
      {
        opType: "If",
        domain: "",
        name: "if",
        inputs: [b],
        attributes: { then_branch: { type: "GRAPH", value: body } },
      },
      [{ name: "chosen" }],
    ).outputs[0]!;
    expect(through(conditional)).toEqual(["x:", "a:a", "chosen:b,if"]);
  });
});
