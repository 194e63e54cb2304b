import { expect, it } from "vitest";
import { code, percent, plain } from "../../../src/learner/export/markdown.js";

it("names act neither as Markdown nor as HTML", () => {
  expect(plain("a|b\n<i>")).toBe("a\\|b \\<i\\>");
  expect(code("a `` b")).toBe("``` a `` b ```");
  expect(code("plain")).toBe("`plain`");
  expect(percent(0.9876)).toBe("98.8 %");
});
