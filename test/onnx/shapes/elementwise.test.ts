import { testShapes } from "../../helpers/shape-cases.js";
import { elementwise } from "./elementwise.cases.js";

testShapes(elementwise);
