import { describe } from "vitest";
import { testRule } from "./cases.js";
import { testAgainstTorch } from "./torch-convolutions.js";

describe("against central differences", () => {
  testRule("Conv");
});

describe("equals PyTorch", () => {
  testAgainstTorch("Conv");
});
