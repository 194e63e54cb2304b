// What a learner makes to train a network file, layers and all: its graphs, before any device has its way.
import { linearHead } from "../../src/heads/linear.js";
import type { UnfrozenLayers } from "../../src/heads/unfrozen.js";
import { backboneOf } from "../../src/learner/engine/layers/backbone.js";
import { type BoundaryOptions, openBoundary } from "../../src/learner/engine/layers/boundary.js";
import { evaluatorOf } from "../../src/learner/engine/model/evaluator.js";
import { openNetwork } from "../../src/learner/engine/model/network.js";
import { loadPretrained } from "../../src/learner/engine/model/pretrained.js";
import type { Model } from "../../src/onnx/graph.js";
import { adamW } from "../../src/optimizers/adamw.js";
import type { Session } from "../../src/runtime/session.js";
import { crossEntropy } from "../../src/training-graph/loss.js";
import { platform } from "./cli-here.js";
import { onCpu } from "./opening.js";

export interface NetworkFile {
  readonly file: string;
  /** Of its photos. */
  readonly size: { readonly height: number; readonly width: number };
}

const classes = 3;
const onlyLookedAt = (): Promise<never> => Promise.reject(new Error("a graph is run that is only looked at"));
const unused: Session = {
  ...{ inputNames: [], outputNames: [], outputShapes: [] },
  ...{ run: onlyLookedAt, runOnDevice: onlyLookedAt, release: async () => {} },
};

/**
 * All layers unfrozen.
 * @param norms what batch normalisations go by; the graphs for each, one after the other.
 * @throws what `unfreeze` throws
 */
export async function trainingGraphsOf(
  { file, size }: NetworkFile,
  norms: readonly UnfrozenLayers["norms"][],
): Promise<Model[]> {
  const image = { resize: size, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] } as const;
  const pretrained = await loadPretrained(platform, file, image);
  const network = await openNetwork(pretrained, platform.runtime, onCpu, { at: undefined, pool: "own" });
  await network.session.release();
  const evaluate = evaluatorOf(platform.runtime, file, onCpu.once);
  const made: Model[] = [];
  const options: Omit<BoundaryOptions, "trainStatistics"> = {
    backbone: backboneOf(network, { source: file, ends: undefined, evaluate }),
    head: linearHead({ features: network.featureCount, classes }),
    loss: crossEntropy({ classes, labelSmoothing: 0.1, classWeights: [1, 2, 3] }),
    optimizer: adamW(),
    clipNorm: 1,
    batchSize: 8,
    microBatch: undefined,
    state: {},
    device: {
      open: async (model) => {
        made.push(model);
        return unused;
      },
      upload: () => Promise.reject(new Error("nothing is brought anywhere")),
      loops: false,
    },
  };
  for (const of of norms) await openBoundary(0, { ...options, trainStatistics: of === "batch" });
  return made;
}
