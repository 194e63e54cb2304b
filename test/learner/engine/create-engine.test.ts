import { expect, it } from "vitest";
import { ClassifierEngine } from "../../../src/learner/engine/classifier/classifier-engine.js";
import { createEngine } from "../../../src/learner/engine/create-engine.js";
import { LearnerEngine } from "../../../src/learner/engine/engine.js";
import { tinyPlatform } from "../../helpers/tiny-platform.js";

it("createEngine makes the engine of each kind, one for each caller", async () => {
  const platform = tinyPlatform();
  expect(Object.keys(createEngine).sort()).toEqual(["classifier", "learner"]);
  expect(await createEngine.learner(platform)).toBeInstanceOf(LearnerEngine);
  expect(await createEngine.classifier(platform)).toBeInstanceOf(ClassifierEngine);
  expect(await createEngine.learner(platform)).not.toBe(await createEngine.learner(platform));
});
