// The engines there are, by kind: what a worker is told to be.
import type { Engines } from "../border/host.js";
import { ClassifierEngine } from "./classifier-engine.js";
import { LearnerEngine } from "./engine.js";
import type { Platform } from "./platform.js";

export const createEngine: { readonly [K in keyof Engines]: (platform: Platform) => Engines[K] } = {
  learner: (platform) => new LearnerEngine(platform),
  classifier: (platform) => new ClassifierEngine(platform),
};
