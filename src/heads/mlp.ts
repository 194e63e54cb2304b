// fast.ai's head: dense layers with ReLU between them, each behind batch normalisation and dropout.
import type { Ops } from "../onnx/builder.js";
import type { TypedValue } from "../onnx/shapes/dims.js";
import { normals, stream } from "../random.js";
import { float32 } from "../tensor.js";
import { batchNorm } from "./batch-norm.js";
import type { Head, Mask, Values } from "./head.js";

export interface MlpHeadOptions {
  /** Width of the features. */
  readonly features: number;
  readonly classes: number;
  /** Widths of the hidden layers; fast.ai's default is [512]. */
  readonly hidden: readonly number[];
  /** The share of the last dense layer's inputs that is dropped in training, [0, 1); half as much before the others. */
  readonly dropout: number;
  /** Draws the dense layers' weights. */
  readonly seed: number;
}

/**
 * What fastai 2 puts behind its pooling (`create_head` in vision/learner.py, `LinBnDrop` in layers.py): for every layer
 * batch norm → dropout → dense, and ReLU after all but the last. None of the dense layers has a bias; their weights are
 * drawn as `kaiming_normal_` does, normal with variance 2/inputs. Batch norm is `batchNorm`'s.
 *
 * Layers count from 1: `classifier.bn1`, `classifier.dropout1`, `classifier.linear1`, …
 */
export function mlpHead({ features, classes, hidden, dropout, seed }: MlpHeadOptions): Head {
  const outputs = [...hidden, classes];
  const layers = outputs.map((width, i) => {
    const last = i === hidden.length;
    const inputs = outputs[i - 1] ?? features;
    return { ...denseLayer(i + 1, inputs, width, last ? dropout : dropout / 2, seed), last };
  });
  return {
    parameters: Object.assign({}, ...layers.map(({ parameters }) => parameters)),
    buffers: Object.assign({}, ...layers.map(({ bn }) => bn.buffers)),
    byClass: [layers.at(-1)!.weight],
    masks: dropout === 0 ? [] : layers.map(({ mask }) => mask),
    forward: (op, input, weights) =>
      layers.reduce((x, { bn, dense, last }) => {
        const y = dense(op, bn.forward(op, x, weights), weights);
        return last ? y : op.Relu(y);
      }, input),
    forwardTraining: (op, input, weights, masks, norms = "batch") => {
      let x = input;
      const buffers: Record<string, TypedValue> = {};
      for (const { bn, mask, dense, last } of layers) {
        const normalised =
          norms === "batch" ? bn.forwardTraining(op, x, weights) : { y: bn.forward(op, x, weights), buffers: {} };
        Object.assign(buffers, normalised.buffers);
        const y = dense(op, dropped(op, normalised.y, mask, masks), weights);
        x = last ? y : op.Relu(y);
      }
      return { logits: x, buffers, rates: {} };
    },
  };
}

function denseLayer(number: number, inputs: number, outputs: number, rate: number, seed: number) {
  const name = `classifier.linear${number}.weight`;
  const bn = batchNorm(`classifier.bn${number}`, inputs);
  const mask: Mask = { name: `classifier.dropout${number}`, width: inputs, rate };
  return {
    bn,
    mask,
    weight: name,
    parameters: { ...bn.parameters, [name]: kaiming(outputs, inputs, seed, name) },
    dense: (op: Ops, x: TypedValue, weights: Values) => op.Gemm(x, weights[name]!, undefined, { transB: 1 }),
  };
}

/** What is kept is made larger by as much as is dropped, so that the sum stays what it is on the average. */
function dropped(op: Ops, x: TypedValue, { name, rate }: Mask, masks: Values): TypedValue {
  return rate === 0 ? x : op.Mul(x, op.Div(op.Cast(masks[name]!, { to: "float32" }), 1 - rate));
}

function kaiming(outputs: number, inputs: number, seed: number, name: string) {
  const deviation = Math.sqrt(2 / inputs);
  const values = normals(outputs * inputs, stream(seed, "head", name));
  return float32(
    [outputs, inputs],
    values.map((value) => value * deviation),
  );
}
