// The photos of conv-network.ts's learners with other labels than a class: any number of them, or numbers.
import { imageList } from "../../src/datasets/image-list.js";
import type { Task } from "../../src/datasets/task.js";
import type { LearnerOptions } from "../../src/learner/options.js";
import { colourItems } from "./tiny-platform.js";

const items = colourItems(12);

/** A photo's colour, and that it is odd, which cannot be seen. */
const labels = imageList(
  items.map(({ image, label, split }, i) => ({ image, split, labels: i % 2 === 1 ? [label, "odd"] : [label] })),
);

/** How red and how blue a photo is, in units of their own. */
const values = imageList(
  items.map(({ image, label, split }) => ({
    image,
    split,
    targets: { red: label === "red" ? 300 : 100, blue: label === "blue" ? 0.7 : 0.2 },
  })),
);

/** Typed as those of classes are, which the learners of tests have. */
const optionsOf = (options: Omit<LearnerOptions<Task>, "model">) => options as unknown as Pick<LearnerOptions, "data">;

export const taskOptions = {
  bce: optionsOf({ data: labels }),
  "bce with weights": optionsOf({ data: labels, loss: { name: "bce", posWeights: "balanced" } as never }),
  mse: optionsOf({ data: values }),
  mae: optionsOf({ data: values, loss: "mae" as never }),
} as const;
