import { describe } from "vitest";
import { testRule } from "./cases.js";
import { testAgainstTorch } from "./torch-cases.js";

describe("against central differences", () => {
  testRule("MaxPool");
});

describe("against PyTorch", () => {
  testAgainstTorch("MaxPool");
});
