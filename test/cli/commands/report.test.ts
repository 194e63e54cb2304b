import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { cliHere, lastLine } from "../../helpers/cli-here.js";
import { tinyModel } from "../../helpers/odd-models.js";
import { copyFew } from "../../helpers/photos.js";
import { temporaryFolder } from "../../helpers/temporary.js";

const folder = temporaryFolder();
const exported = join(folder, "exported");
const photos = copyFew(join(folder, "photos"), { classes: ["bag", "coat", "sandal"], train: 12, valid: 4 });
let said: Awaited<ReturnType<typeof cliHere>>;

beforeAll(async () => {
  const model = join(folder, "tiny.onnx");
  writeFileSync(model, tinyModel());
  said = await cliHere([
    "train",
    photos,
    "--model",
    model,
    "--lr",
    "0.5",
    "--out",
    `${exported}/`,
    "--report",
    "--json",
  ]);
});

describe("regraft train --report", () => {
  it("writes the report beside the export", () => {
    expect(said.code).toBe(0);
    expect(lastLine(said.stdout).report).toBe(`${exported}-report.html`);
    const page = readFileSync(`${exported}-report.html`, "utf8");
    expect(page).toContain(`${(100 * lastLine(said.stdout).accuracy).toFixed(1)} % of 12 validation photos`);
    expect(page).toContain("<code>fitOneCycle(5, 0.5)</code>");
  });
});

describe("regraft report", () => {
  it("writes one page with the photos it is most wrong about and the training's curves", async () => {
    const out = join(folder, "page.html");
    const { code, stdout } = await cliHere(["report", exported, photos, "--out", out, "--top", "2"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `report: ${out}\n` });
    const page = readFileSync(out, "utf8");
    expect(page.match(/<img /g)).toHaveLength(2);
    expect(page).toContain("All epochs");
    // The means of an image's channels come of no feature map.
    expect(page).toContain("no feature map [C, H, W]");
  });

  it("ends with one object, with --json", async () => {
    const out = join(folder, "other.html");
    const { stdout } = await cliHere(["report", exported, photos, "--out", out, "--split", "train", "--json"]);
    expect(lastLine(stdout)).toEqual({ model: exported, report: out });
    expect(readFileSync(out, "utf8")).toContain("of 36 validation photos");
  });

  it("refuses what is no page, before any work", async () => {
    const wrong = await cliHere(["report", exported, photos, "--out", "page.svg"]);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain("It must end in .html.");
    const nowhere = await cliHere(["report", exported, photos, "--out", join(exported, "config.json", "a.html")]);
    expect(nowhere.code).toBe(1);
    expect(existsSync("page.svg")).toBe(false);
  });
});
