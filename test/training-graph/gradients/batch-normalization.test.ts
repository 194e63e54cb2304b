import { describe } from "vitest";
import { testRule } from "./cases.js";
import { testAgainstTorch } from "./torch-cases.js";

describe("against central differences", () => {
  testRule("BatchNormalization");
});

describe("against PyTorch", () => {
  testAgainstTorch("BatchNormalization");
});
