// PyTorch's answers, see ../fixtures/make_torch.py.
import { readFileSync } from "node:fs";
import type { OptimizerOptions } from "../../src/optimizers/create-optimizer.js";

interface Fixture {
  readonly crossEntropy: {
    readonly logits: readonly number[];
    readonly labels: readonly number[];
    readonly cases: readonly {
      readonly labelSmoothing: number;
      readonly classWeights: readonly number[] | null;
      readonly loss: number;
      readonly gradient: readonly number[];
    }[];
  };
  readonly training: {
    readonly features: readonly number[];
    readonly labels: readonly number[];
    readonly weight: readonly number[];
    readonly bias: readonly number[];
    readonly order: readonly (readonly number[])[];
    readonly lrs: readonly number[];
    readonly momenta: readonly number[];
    readonly cases: readonly {
      readonly name: string;
      readonly optimizer: OptimizerOptions;
      /** Whether the momenta are `momenta` above, instead of the optimizer's own. */
      readonly scheduled?: true;
      readonly clipNorm?: number;
      readonly losses: readonly number[];
      /** Of the gradients, before clipping. */
      readonly norms: readonly number[];
      readonly weight: readonly number[];
      readonly bias: readonly number[];
    }[];
  };
}

export const torch: Fixture = JSON.parse(readFileSync(new URL("../fixtures/torch.json", import.meta.url), "utf8"));
