// The small convolutional network as a backbone, and states that it might have learnt.
import { afterEach, vi } from "vitest";
import { type Backbone, backboneOf } from "../../../../src/learner/engine/layers/backbone.js";
import type { Network } from "../../../../src/learner/engine/model/frozen-network.js";
import type { TrainingState } from "../../../../src/learner/engine/training/steps.js";
import type { Graph } from "../../../../src/onnx/graph.js";
import { tensorOf } from "../../../../src/onnx/tensor-data.js";
import { float32, type Tensor } from "../../../../src/tensor.js";
import { type ConvModelOptions, convModel, photoSize } from "../../../helpers/conv-network.js";
import { evaluate } from "../../../helpers/evaluate.js";
import { open, squash } from "../../../helpers/opening.js";

const networks: Network[] = [];
afterEach(async () => {
  for (const { session } of networks.splice(0)) await session.release();
});

export async function backbone(model: ConvModelOptions = {}) {
  const network = await open(convModel(model), squash(photoSize, photoSize));
  networks.push(network);
  const options = { source: "conv", ends: undefined, evaluate: vi.fn(evaluate) };
  return { network, evaluated: options.evaluate, backbone: backboneOf(network, options) };
}

export const inBackbone = (names: readonly string[]): string[] => names.map((name) => `backbone.${name}`);

/** Other weights and statistics for a layer group, by the names that training knows them by. */
export function otherState({ groups }: Backbone, ...some: readonly number[]): TrainingState {
  const constants = some.flatMap((group) => [...groups[group]!.weights, ...groups[group]!.statistics]);
  return Object.fromEntries(
    constants.map(({ name, value }) => {
      const { shape, data } = tensorOf(value.constant!) as Tensor<"float32">;
      return [
        `backbone.${name}`,
        float32(
          shape,
          data.map((x) => 1.5 * x + 0.25),
        ),
      ];
    }),
  );
}

export const constantsOf = ({ initializers }: Graph): Readonly<Record<string, Float32Array>> =>
  Object.fromEntries(initializers.map(({ name, constant }) => [name, tensorOf(constant!).data as Float32Array]));
