import { testShapes } from "../../helpers/shape-cases.js";
import { windows } from "./windows.cases.js";

testShapes(windows);
