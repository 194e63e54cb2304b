// The engines there are, by kind: what a worker is told to be.
import type { Engines } from "../border/host.js";
import { LearnerEngine } from "./engine.js";
import type { Platform } from "./platform.js";

export const createEngine: { readonly [K in keyof Engines]: (platform: Platform) => Promise<Engines[K]> } = {
  learner: async (platform) => new LearnerEngine(platform),
  classifier: async (platform) => {
    const { ClassifierEngine } = await import("./classifier/classifier-engine.js");
    return new ClassifierEngine(platform);
  },
};
