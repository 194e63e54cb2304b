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
const photos = copyFew(join(folder, "photos"), { classes: ["bag", "sandal"], train: 5, valid: 2 });
const show = (...args: string[]) => cliHere(["show", photos, "--model", model, ...args]);

describe("regraft show", () => {
  it("draws a batch where it is asked to, and leaves nothing else there", async () => {
    const out = join(folder, "drawn", "Bild 1.svg");
    const { code, stdout } = await show("--out", out, "--photos", "4", "--epoch", "2", "--json");
    expect(code).toBe(0);
    expect(readdirSync(join(folder, "drawn"))).toEqual(["Bild 1.svg"]);
    const svg = readFileSync(out, "utf8");
    expect(svg).toContain("First batch of epoch 2, photos as they are");
    expect(svg.match(/<image /g)).toHaveLength(4);
    expect(svg.match(/<title>(bag|sandal)</g)).toHaveLength(4);
    expect(lastLine(stdout)).toEqual({ out, epoch: 2, classes: ["bag", "sandal"] });
  });

  it("draws photos augmented, as in every epoch of all layers, or in cached views", async () => {
    const drawn = async (...args: string[]) => {
      const out = join(folder, "one.svg");
      expect(await show("--out", out, ...args)).toMatchObject({ code: 0, stdout: `drawn to ${out}\n` });
      return readFileSync(out, "utf8");
    };
    const plain = await drawn();
    const augmented = await drawn("--augment");
    expect(augmented).toContain("photos augmented");
    expect(await drawn("--augment")).toBe(augmented);
    expect(await drawn("--augment", "--epoch", "1")).not.toBe(augmented.replace("epoch 0", "epoch 1"));
    expect(await drawn("--views", "2")).not.toBe(augmented);
    expect(await drawn("--mixup", "5")).toMatch(/<title>(bag|sandal) \d\d %, (bag|sandal) \d\d %</);
    expect(plain).not.toContain("augmented");
  });

  it("refuses what is no drawing, and a place that cannot be written before it opens anything", async () => {
    expect((await show("--out", "batch.png")).stderr).toContain("It must end in .svg.");
    expect(await show("--photos", "65")).toMatchObject({ code: 2 });
    const { code, stderr } = await show("--out", join(model, "below a file.svg"));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: .*\[file-access\]\n$/);
  });
});
