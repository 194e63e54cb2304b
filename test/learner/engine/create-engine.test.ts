import { expect, it } from "vitest";
import { ClassifierEngine } from "../../../src/learner/engine/classifier-engine.js";
import { createEngine } from "../../../src/learner/engine/create-engine.js";
import { LearnerEngine } from "../../../src/learner/engine/engine.js";
import { tinyPlatform } from "../../helpers/tiny-platform.js";

it("makes the engine that is asked for", async () => {
  const platform = tinyPlatform();
  expect(await createEngine.learner(platform)).toBeInstanceOf(LearnerEngine);
  expect(await createEngine.classifier(platform)).toBeInstanceOf(ClassifierEngine);
});
