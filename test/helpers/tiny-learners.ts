// Learners of a network of a few nodes and photos of three colours, behind a port; disposed of after each test.
import { afterEach } from "vitest";
import { imageList } from "../../src/datasets/image-list.js";
import { createLearnerOn } from "../../src/learner/create-learner.js";
import type { Learner } from "../../src/learner/learner.js";
import type { LearnerOptions } from "../../src/learner/options.js";
import { colourItems, portHost, tinyPlatform } from "./tiny-platform.js";

export function tinyLearners() {
  const learners: Learner[] = [];
  afterEach(async () => {
    for (const learner of learners.splice(0)) await learner.dispose();
  });

  /** 27 photos to train on, two steps an epoch, 9 to validate on. */
  return async (options: Partial<LearnerOptions> = {}, platform = tinyPlatform()) => {
    const data = imageList(colourItems(12));
    const learner = await createLearnerOn(portHost(platform), {
      ...{ model: "tiny", data, batchSize: 16, device: { name: "cpu", threads: 1 } },
      ...options,
    });
    learners.push(learner);
    return { learner, contents: platform.files.contents };
  };
}
