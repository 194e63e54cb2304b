import { expect, it } from "vitest";
import { saySkipped } from "../../../src/cli/commands/skipped.js";
import { createOutput } from "../../../src/cli/output.js";
import { caught } from "../../helpers/cli-here.js";

function said(count: number): string {
  const [stdout, stderr] = [caught(), caught()];
  const skipped = Array.from({ length: count }, (_, i) => ({ image: `${i}.jpg`, reason: "it is empty" }));
  saySkipped(skipped, createOutput({ stdout, stderr, json: false }));
  return stdout.text;
}

it("counts photos that were left out, and names the first five", () => {
  expect(said(0)).toBe("");
  expect(said(2)).toBe("2 skipped:\n  0.jpg: it is empty\n  1.jpg: it is empty\n");
  expect(said(7).split("\n").slice(-3)).toEqual(["  4.jpg: it is empty", "  and 2 more", ""]);
});
