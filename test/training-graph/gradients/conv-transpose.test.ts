import { describe } from "vitest";
import { testRule } from "./cases.js";
import { testAgainstTorch } from "./torch-convolutions.js";

describe("against central differences", () => {
  testRule("ConvTranspose");
});

describe("equals PyTorch", () => {
  testAgainstTorch("ConvTranspose");
});
