import { testShapes } from "../../helpers/shape-cases.js";
import { movement } from "./movement.cases.js";

testShapes(movement);
