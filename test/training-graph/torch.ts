// PyTorch's answers, see ../fixtures/make_torch.py.
import { readFileSync } from "node:fs";

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
  readonly sgd: {
    readonly features: readonly number[];
    readonly labels: readonly number[];
    readonly weight: readonly number[];
    readonly bias: readonly number[];
    readonly order: readonly (readonly number[])[];
    readonly lrs: readonly number[];
    readonly momenta: readonly number[];
    readonly cases: readonly {
      readonly name: string;
      readonly options: { readonly momentum: number; readonly nesterov?: boolean; readonly weight_decay?: number };
      readonly losses: readonly number[];
      readonly weight: readonly number[];
      readonly bias: readonly number[];
    }[];
  };
}

export const torch: Fixture = JSON.parse(readFileSync(new URL("../fixtures/torch.json", import.meta.url), "utf8"));
