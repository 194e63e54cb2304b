import { describe } from "vitest";
import { testRule } from "./cases.js";

describe("against central differences", () => {
  testRule("ReduceMean");
  testRule("ReduceSum");
});
