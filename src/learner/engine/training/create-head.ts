// The head that was asked for, as wide as the features and the classes.
import type { PhotoSet } from "../../../datasets/photo-set.js";
import { RegraftError } from "../../../errors.js";
import type { Head } from "../../../heads/head.js";
import type { Units } from "../../../heads/in-units.js";
import { linearHead } from "../../../heads/linear.js";
import type { HeadSpec } from "../../border/spec.js";

export interface HeadSize {
  readonly features: number;
  readonly classes: number;
}

/** What a head is to tell. */
export interface HeadAim extends Pick<PhotoSet, "task" | "classes"> {
  /** Of values. */
  readonly units: Units | undefined;
}

// Training holds each number four times: value and momentum, before and after a step. Together 2 GiB; AdamW, which has
// two means in place of the momentum, 3 GiB.
const mostNumbers = 2 ** 27;

/**
 * A "pretrained" one is as a linear one begins, see `pretrainedHead`.
 * @param seed draws the weights.
 * @throws RegraftError "memory-limit" before anything is allocated
 */
export async function createHead(spec: HeadSpec, { features, classes }: HeadSize, seed: number): Promise<Head> {
  const widths = [features, ...(spec.kind === "mlp" ? spec.hidden : []), classes];
  const numbers = widths.slice(1).reduce((sum, width, i) => sum + width * widths[i]!, 0);
  if (numbers > mostNumbers) {
    throw new RegraftError(
      "memory-limit",
      { needed: 16 * numbers, limit: 16 * mostNumbers },
      `A head of layers ${widths.join(" → ")} has ${numbers} weights, more than ${mostNumbers}. ` +
        "Give `head` smaller layers.",
    );
  }
  if (spec.kind !== "mlp") return linearHead({ features, classes });
  const { mlpHead } = await import("../../../heads/mlp.js");
  return mlpHead({ features, classes, hidden: spec.hidden, dropout: spec.dropout, seed });
}
