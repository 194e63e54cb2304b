import { describe } from "vitest";
import { testRule } from "./cases.js";
import { testAgainstTorch } from "./torch-cases.js";

describe("against central differences", () => {
  testRule("LayerNormalization");
  testRule("InstanceNormalization");
});

describe("against PyTorch", () => {
  testAgainstTorch("LayerNormalization");
  testAgainstTorch("InstanceNormalization");
  testAgainstTorch("GroupNormalization");
});
