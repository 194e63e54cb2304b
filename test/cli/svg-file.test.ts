import { expect, it } from "vitest";
import { svgFile } from "../../src/cli/svg-file.js";

it("svgFile takes names of SVG files alone", () => {
  expect(["a.svg", "b c.SVG"].map(svgFile)).toEqual(["a.svg", "b c.SVG"]);
  for (const path of ["a.png", "svg", "a.svg/"]) expect(() => svgFile(path)).toThrow("It must end in .svg.");
});
