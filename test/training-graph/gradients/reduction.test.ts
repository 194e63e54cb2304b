import { describe } from "vitest";
import { testRule } from "./cases.js";
import { testAgainstTorch } from "./torch-cases.js";

describe("against central differences", () => {
  testRule("ReduceL2");
  testRule("ReduceMax");
  testRule("ReduceMean");
  testRule("ReduceSum");
});

describe("against PyTorch", () => {
  testAgainstTorch("ReduceMax");
});
