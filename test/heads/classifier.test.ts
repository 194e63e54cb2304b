import { describe, expect, it } from "vitest";
import { findClassifier, type Narrow } from "../../src/heads/classifier.js";
import { createNode, type Node, type Value } from "../../src/onnx/graph.js";
import { weight } from "../helpers/tiny-network.js";

type Step = readonly [opType: string, shape: readonly number[], ...others: readonly (Value | "moving")[]];

/** A chain of single nodes behind an image of 2 photos; "moving" reads the value before once more. */
function routeOf(...steps: readonly Step[]): Narrow[] {
  const route: Narrow[] = [{ value: { name: "image" }, nodes: [], shape: [2, 3, 8, 8] }];
  for (const [opType, shape, ...others] of steps) {
    const { value } = route.at(-1)!;
    const inputs = [value, ...others.map((other) => (other === "moving" ? value : other))];
    const node: Node = createNode({ opType, domain: "", name: `${opType}_${route.length}`, inputs, attributes: {} }, [
      { name: "Y" },
    ]);
    route.push({ value: node.outputs[0]!, nodes: [node], shape });
  }
  return route;
}

const pool: Step = ["GlobalAveragePool", [2, 6, 1, 1]];
const flat: Step = ["Flatten", [2, 6]];
const w = weight("w", [6, 4]);
const pointwise = weight("w", [4, 6, 1, 1]);

describe("findClassifier", () => {
  it.each(["Gemm", "MatMul", "FusedGemm", "MatMulInteger", "QGemm"])(
    "finds %s and where its features are",
    (opType) => {
      const found = findClassifier(routeOf(pool, flat, [opType, [2, 4], w], ["Softmax", [2, 4]]));
      expect(found).toMatchObject({ index: 2, layers: [{ opType }] });
    },
  );

  it("finds a convolution on pooled features, and one before the pooling", () => {
    const after = routeOf(pool, ["Conv", [2, 4, 1, 1], pointwise], ["Reshape", [2, 4]]);
    expect(findClassifier(after)).toMatchObject({ index: 1, layers: [{ opType: "Conv" }] });
    const before = routeOf(
      ["Relu", [2, 6, 8, 8]],
      ["Conv", [2, 4, 8, 8], pointwise],
      ["Relu", [2, 4, 8, 8]],
      pool,
      flat,
    );
    expect(findClassifier(before)).toMatchObject({ index: 1, layers: [{ opType: "Conv" }] });
  });

  it.each<[string, string, Narrow[]]>([
    [
      "a batch normalisation after a convolution: a backbone",
      "it ends in BatchNormalization",
      routeOf(
        ["Relu", [2, 6, 8, 8]],
        ["Conv", [2, 4, 8, 8], pointwise],
        ["BatchNormalization", [2, 4, 8, 8]],
        pool,
        flat,
      ),
    ],
    [
      "ReLU6 after a convolution: a backbone",
      "it ends in Clip",
      routeOf(["Relu", [2, 6, 8, 8]], ["Conv", [2, 4, 8, 8], pointwise], ["Clip", [2, 4, 8, 8]], pool, flat),
    ],
    ["no constant weight", "has no constant weight", routeOf(pool, flat, ["MatMul", [2, 4], "moving"])],
    [
      "features of three axes",
      'the features of MatMul "MatMul_2" are [2,5,6]',
      routeOf(["Reshape", [2, 5, 6]], ["MatMul", [2, 5, 4], w], ["Reshape", [2, 20]]),
    ],
    [
      "nothing but the image before it",
      "works on image, an input of the model",
      routeOf(["Conv", [2, 4, 8, 8], weight("w", [4, 3, 1, 1])], pool, flat),
    ],
  ])("refuses %s", (_, reason, route) => {
    expect(findClassifier(route)).toContain(reason);
  });

  /** A block of two layers on one value, and what is made of them. */
  const blockOf = (before: readonly Step[], opType: string): Narrow[] => {
    const route = routeOf(...before);
    const { value } = route.at(-1)!;
    const make = (opType: string, inputs: readonly Value[]): Node =>
      createNode({ opType, domain: "", name: `${opType} of ${inputs[0]!.name}`, inputs, attributes: {} }, [
        { name: "Y" },
      ]);
    const first = make("Gemm", [value, w]);
    const other = make(opType, [value, w]);
    const nodes = [first, other, make("Add", [first.outputs[0]!, other.outputs[0]!])];
    return [...route, { value: nodes[2]!.outputs[0]!, nodes, shape: [2, 4] }];
  };

  it("finds two classifiers that are averaged, on features that they share", () => {
    const found = findClassifier(blockOf([pool, flat], "MatMul"));
    expect(found).toMatchObject({ index: 2, layers: [{ opType: "Gemm" }, { opType: "MatMul" }] });
  });

  it("refuses two layers that read different tokens, saying which, and a layer with a way round it", () => {
    const found = findClassifier(blockOf([["Reshape", [2, 5, 6]]], "MatMul"));
    expect(found).toBe('Gemm "Gemm of Y" (of "Y") and MatMul "MatMul of Y" (of "Y") lie side by side before it');
    const route = routeOf(pool, flat, ["Gemm", [2, 6], w]);
    const residual = createNode(
      {
        opType: "Add",
        domain: "",
        name: "",
        inputs: [route[2]!.value, route[3]!.value],
        attributes: {},
      },
      [{ name: "Z" }],
    );
    const block: Narrow = {
      value: residual.outputs[0]!,
      nodes: [...route[3]!.nodes, residual],
      shape: [2, 6],
    };
    expect(findClassifier([...route.slice(0, 3), block])).toBe('Gemm "Gemm_3" makes only a part of it');
  });

  it("refuses convolutions of each channel for itself", () => {
    const route = routeOf(["Relu", [2, 6, 8, 8]], ["Conv", [2, 6, 8, 8], weight("w", [6, 1, 1, 1])], pool, flat);
    const [node] = route[2]!.nodes;
    const grouped = { ...node!, attributes: { group: { type: "INT", value: 6 } } } as Node;
    const changed = route.map((narrow, i) => (i === 2 ? { ...narrow, nodes: [grouped] } : narrow));
    expect(findClassifier(changed)).toContain("a convolution of more than single points");
  });
});
