import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cliHere, lastLine } from "../../helpers/cli-here.js";
import { tinyModel } from "../../helpers/odd-models.js";
import { copyFew } from "../../helpers/photos.js";
import { temporaryFolder } from "../../helpers/temporary.js";

const folder = temporaryFolder();
const model = join(folder, "tiny.onnx");
writeFileSync(model, tinyModel());
const photos = copyFew(join(folder, "photos"), { classes: ["bag", "sandal"], train: 12, valid: 4 });
const lrFind = (...args: string[]) => cliHere(["lr-find", photos, "--model", model, ...args]);

describe("regraft lr-find", () => {
  it("prints the suggestion, its reason and what each rule says", async () => {
    const { code, stdout } = await lrFind();
    expect(code).toBe(0);
    const [suggestion, reason, title, ...rules] = stdout.trimEnd().split("\n");
    expect(suggestion).toMatch(/^suggestion [\d.e-]+$/);
    expect(reason!.startsWith(suggestion!.slice("suggestion ".length))).toBe(true);
    expect(title).toBe("what each rule says:");
    expect(rules.map((line) => line.trim().split(/ +/)[0])).toEqual(["lesson", "valley", "steep", "minimum", "slide"]);
  });

  it("draws the curve where it is asked to, and leaves nothing else there", async () => {
    const plots = join(folder, "plots");
    const plot = join(plots, "Kurve 1.svg");
    const { stdout, stderr } = await lrFind("--plot", plot, "--json");
    expect(stderr).toContain(`Plot: ${plot}\n`);
    expect(readdirSync(plots)).toEqual(["Kurve 1.svg"]);
    expect(readFileSync(plot, "utf8")).toMatch(/^<svg .*<\/svg>\s*$/s);
    const result = lastLine(stdout);
    expect(Object.keys(result)).toEqual(["model", "lr", "rule", "reason", "rules", "warnings", "plot"]);
    expect(result).toMatchObject({ model, plot, rules: { [result.rule]: result.lr } });
  });

  it("refuses a place for the plot that cannot be written before it opens anything", async () => {
    const { code, stderr } = await lrFind("--plot", join(model, "below a file.svg"));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: .*\[file-access\]\n$/);
  });
});
