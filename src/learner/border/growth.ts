// How a learner is to grow. Plain data.
import type { Dataset } from "../../datasets/dataset.js";

export type Growth =
  | {
      readonly kind: "add";
      /** A list comes without its items: they go ahead, see `stage`. */
      readonly data: Dataset;
    }
  | {
      readonly kind: "rename";
      /** What was called. */
      readonly call: "renameClass" | "mergeClasses";
      readonly names: readonly string[];
      /** What they are called from then on. */
      readonly to: string;
    };
