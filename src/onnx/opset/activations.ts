// Clip and Dropout, whose attributes became inputs; Gelu and Swish, younger than the target, as formulas.
import { float32 } from "../../tensor.js";
import { constant } from "../emit.js";
import { createNode } from "../graph.js";
import { onnxTypeOf } from "../tensor-data.js";
import { elementTypeOf, scalar } from "./element-type.js";
import { attribute, become, int, type OperatorRules, refuse, requiredInput, without } from "./rule.js";

export const Clip: OperatorRules = {
  up: {
    // The attributes min and max become inputs, of the input's type.
    11: (node, emit) => {
      const input = requiredInput(node, 0);
      const bounds = ["min", "max"].map((name) => {
        const value = attribute(node, name, "FLOAT");
        return value === undefined ? undefined : scalar(name, value, input, emit);
      });
      return become(node, { inputs: [input, ...bounds], attributes: without(node, "min", "max") });
    },
  },
};

export const Dropout: OperatorRules = {
  up: {
    // The mask, which has no defined content outside training, becomes boolean.
    10: (node) => {
      const { outputs, ...fields } = node;
      const [output, mask] = outputs;
      if (!mask) return outputs;
      const { proto: _, shape, name } = mask;
      const dropout = createNode(fields, [output, { name, dtype: "bool", ...(shape && { shape }) }]);
      const to = int(onnxTypeOf(elementTypeOf(requiredInput(node, 0)) ?? "float32"));
      const asBefore = { ...node, name: `${node.name}_Cast`, outputs: [mask] };
      const inputs = [dropout.outputs[1]];
      return [dropout.outputs[0], ...become(asBefore, { opType: "Cast", inputs, attributes: { to } })];
    },
    // The attribute `ratio` becomes an input; whether to drop at all another one, by default not.
    12: (node) => {
      const ratio = attribute(node, "ratio", "FLOAT");
      const inputs = [
        requiredInput(node, 0),
        ratio === undefined ? undefined : constant("ratio", float32([], [ratio])),
      ];
      return become(node, { inputs, attributes: without(node, "ratio") });
    },
  },
};

export const Gelu: OperatorRules = {
  down: {
    // x/2 · (1 + erf(x/√2)), or x/2 · (1 + tanh(√(2/π)·x · (1 + 0.044715·x²))).
    20: (node, emit) => {
      const x = requiredInput(node, 0);
      const number = (name: string, value: number) => scalar(name, value, x, emit);
      const one = number("one", 1);
      const curve = () => {
        const approximate = attribute(node, "approximate", "STRING") ?? "none";
        if (approximate === "none") return emit("Erf", [emit("Div", [x, number("sqrt_2", Math.SQRT2)])]);
        if (approximate !== "tanh") return refuse(`its attribute approximate is ${JSON.stringify(approximate)}`);
        const cubic = emit("Mul", [emit("Mul", [x, number("cubic", 0.044715)]), x]);
        const slope = emit("Mul", [x, number("slope", Math.sqrt(2 / Math.PI))]);
        return emit("Tanh", [emit("Mul", [slope, emit("Add", [cubic, one])])]);
      };
      const doubled = emit("Mul", [x, emit("Add", [curve(), one])]);
      return become(node, { opType: "Mul", inputs: [doubled, number("half", 0.5)], attributes: {} });
    },
  },
};

export const Swish: OperatorRules = {
  down: {
    // x · sigmoid(alpha·x)
    24: (node, emit) => {
      const x = requiredInput(node, 0);
      const alpha = attribute(node, "alpha", "FLOAT") ?? 1;
      const scaled = alpha === 1 ? x : emit("Mul", [x, scalar("alpha", alpha, x, emit)]);
      return become(node, { opType: "Mul", inputs: [x, emit("Sigmoid", [scaled])], attributes: {} });
    },
  },
};
