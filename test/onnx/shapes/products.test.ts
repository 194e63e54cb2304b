import { testShapes } from "../../helpers/shape-cases.js";
import { products } from "./products.cases.js";

testShapes(products);
