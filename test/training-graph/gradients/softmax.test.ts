import { describe } from "vitest";
import { testRule } from "./cases.js";
import { testAgainstTorch } from "./torch-cases.js";

describe("against central differences", () => {
  testRule("LogSoftmax");
  testRule("Softmax");
});

describe("against PyTorch", () => {
  testAgainstTorch("Softmax");
  testAgainstTorch("LogSoftmax");
});
