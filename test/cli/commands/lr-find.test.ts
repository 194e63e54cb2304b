import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeModel } from "../../../src/onnx/write.js";
import { cliHere, lastLine } from "../../helpers/cli-here.js";
import { convModel } from "../../helpers/conv-network.js";
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
    expect(Object.keys(result)).toEqual(["model", "trained", "lr", "rule", "reason", "rules", "warnings", "plot"]);
    expect(result).toMatchObject({ model, trained: ["head"], plot, rules: { [result.rule]: result.lr } });
  });

  it("refuses a place for the plot that cannot be written before it opens anything", async () => {
    const { code, stderr } = await lrFind("--plot", join(model, "below a file.svg"));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: .*\[file-access\]\n$/);
  });

  it("trains layers of the model too, when it is told how many to leave frozen", async () => {
    const conv = join(folder, "conv.onnx");
    writeFileSync(conv, writeModel(convModel()));
    const find = (...args: string[]) => cliHere(["lr-find", photos, "--model", conv, ...args, "--json"]);
    const unfrozen = await find("--freeze-to", "1");
    expect(unfrozen.code).toBe(0);
    expect(unfrozen.stderr).toContain("Layer groups that are trained: 4×4, 2×2, head\n");
    expect(lastLine(unfrozen.stdout)).toMatchObject({ trained: ["4×4", "2×2", "head"], lr: expect.any(Number) });
    const spread = await find("--freeze-to", "1", "--spread", "100");
    expect(lastLine(spread.stdout).rules).not.toEqual(lastLine(unfrozen.stdout).rules);
    expect(await find("--spread", "100")).toMatchObject({
      code: 2,
      stderr: "error: option '--spread <factor>' needs '--freeze-to <integer>'\n",
    });
  });
});
