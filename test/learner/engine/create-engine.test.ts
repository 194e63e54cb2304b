import { expect, it } from "vitest";
import { ClassifierEngine } from "../../../src/learner/engine/classifier-engine.js";
import { createEngine } from "../../../src/learner/engine/create-engine.js";
import { LearnerEngine } from "../../../src/learner/engine/engine.js";
import { tinyPlatform } from "../../helpers/tiny-platform.js";

it("createEngine makes the engine of each kind, one for each caller", () => {
  const platform = tinyPlatform();
  expect(Object.keys(createEngine).sort()).toEqual(["classifier", "learner"]);
  expect(createEngine.learner(platform)).toBeInstanceOf(LearnerEngine);
  expect(createEngine.classifier(platform)).toBeInstanceOf(ClassifierEngine);
  expect(createEngine.learner(platform)).not.toBe(createEngine.learner(platform));
});
