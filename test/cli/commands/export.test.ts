import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { cliHere, lastLine } from "../../helpers/cli-here.js";
import { tinyModel } from "../../helpers/odd-models.js";
import { copyFew, photosIn } from "../../helpers/photos.js";
import { temporaryFolder } from "../../helpers/temporary.js";

const folder = temporaryFolder();
const exported = join(folder, "exported");
const full = join(folder, "full");
const forms = ["--fold-batch-norm", "--softmax", "--float16"];
const photos = copyFew(join(folder, "photos"), { classes: ["bag", "coat"], train: 6, valid: 2 });

beforeAll(async () => {
  const model = join(folder, "tiny.onnx");
  writeFileSync(model, tinyModel());
  const train = ["train", photos, "--model", model, "--lr", "0.5", "--epochs", "1"];
  await cliHere([...train, "--out", exported]);
  await cliHere([...train, "--out", full, ...forms]);
});

const filesIn = (path: string) =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();

const plain = ["README.md", "config.json", "model.onnx", "preprocessor_config.json", "training.json"];

describe("regraft export", () => {
  it("writes the forms that it is asked for beside what was there", async () => {
    const out = join(folder, "small");
    const { code, stdout } = await cliHere(["export", exported, "--out", out, "--float16"]);
    expect(code).toBe(0);
    expect(filesIn(out)).toEqual([...plain, "model_fp16.onnx"].sort());
    const lines = stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(7);
    expect(lines[0]).toMatch(/^onnx\/model\.onnx +\d\.\d kB$/);
    expect(lines.at(-1)).toBe(`exported to ${out}`);
    for (const name of ["config.json", "onnx/model.onnx"])
      expect(readFileSync(join(out, name))).toEqual(readFileSync(join(exported, name)));
    expect(readFileSync(join(out, "README.md"), "utf8")).toContain("onnx/model_fp16.onnx");
  });

  it("does what train does with the same flags", async () => {
    const out = join(folder, "again");
    const { stdout } = await cliHere(["export", exported, "--out", out, ...forms, "--json"]);
    expect(filesIn(out)).toEqual(filesIn(full));
    const result = lastLine(stdout);
    expect(result).toMatchObject({ model: exported, out });
    for (const { file, bytes } of result.files) expect(readFileSync(join(out, file))).toHaveLength(bytes);
    for (const name of ["model.onnx", "model_softmax.onnx", "model_fp16.onnx"])
      expect(readFileSync(join(out, "onnx", name)), name).toEqual(readFileSync(join(full, "onnx", name)));
    for (const path of [out, full])
      expect(readFileSync(join(path, "README.md"), "utf8")).toContain("batch normalisations are part of the layers");
  });

  it("adds to the model's own folder, and keeps what is there", async () => {
    const own = join(folder, "own");
    cpSync(full, own, { recursive: true });
    expect((await cliHere(["export", own, "--out", own, "--softmax"])).code).toBe(0);
    expect(filesIn(own)).toEqual(filesIn(full));
  });

  it("makes a folder that predicts the same", async () => {
    const out = join(folder, "twin");
    await cliHere(["export", exported, "--out", out]);
    const photo = photosIn(join(photos, "valid/bag"))[0]!;
    const [one, other] = await Promise.all(
      [exported, out].map((model) => cliHere(["predict", model, photo, "--json"])),
    );
    expect(lastLine(other!.stdout)).toEqual(lastLine(one!.stdout));
  });

  it("refuses folders of somebody else's, what is no export, and no folder at all", async () => {
    const theirs = join(folder, "theirs");
    mkdirSync(theirs);
    writeFileSync(join(theirs, "README.md"), "mine");
    const refused = await cliHere(["export", exported, "--out", theirs, "--softmax", "--json"]);
    expect(refused.code).toBe(1);
    expect(lastLine(refused.stdout)).toMatchObject({ error: { code: "file-access" } });
    expect(filesIn(theirs)).toEqual(["README.md"]);
    const { code, stderr } = await cliHere(["export", photos, "--out", join(folder, "x")]);
    expect(code).toBe(1);
    expect(stderr).toContain("[file-access]");
    expect(readdirSync(folder)).not.toContain("x");
    expect((await cliHere(["export", exported])).code).toBe(2);
  });
});
