import { describe } from "vitest";
import { testRule } from "./cases.js";

describe("against central differences", () => {
  testRule("Add");
  testRule("Div");
  testRule("Exp");
  testRule("Identity");
  testRule("Mul");
  testRule("Neg");
  testRule("Reciprocal");
  testRule("Relu");
  testRule("Sqrt");
  testRule("Sub");
  testRule("Where");
});
