import { describe } from "vitest";
import { testRule } from "./cases.js";
import { testAgainstTorch } from "./torch-cases.js";

describe("against central differences", () => {
  testRule("GlobalAveragePool");
  testRule("GlobalMaxPool");
});

describe("against PyTorch", () => {
  testAgainstTorch("GlobalAveragePool");
  testAgainstTorch("GlobalMaxPool");
});
