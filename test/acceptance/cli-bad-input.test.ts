// Bad input on the command line: exit code 1, the error's code, and a message that says what to do.
import { spawnSync } from "node:child_process";
import { closeSync, copyFileSync, mkdirSync, openSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { lastLine } from "../helpers/cli-here.js";
import { headlessModel, textModel, tinyModel, unknownDomainModel } from "../helpers/odd-models.js";
import { copyFew, photosIn } from "../helpers/photos.js";
import { runCli } from "../helpers/run-cli.js";
import { temporaryFolder } from "../helpers/temporary.js";

const home = temporaryFolder();
const photos = copyFew(join(home, "photos"), { classes: ["bag", "coat"], train: 6, valid: 2 });
const photo = photosIn(join(photos, "train/bag"))[0]!;

function save(name: string, bytes: Uint8Array | string): string {
  writeFileSync(join(home, name), bytes);
  return name;
}

/** Runs train, expects it to fail and to leave nothing, and returns the error that it ends with. */
async function failure(...args: string[]): Promise<{ code: string; message: string }> {
  const before = readdirSync(home);
  const ended = await runCli(["train", ...args, "--json"], { cwd: home });
  expect(ended).toMatchObject({ code: 1, signal: null });
  const { error } = lastLine(ended.stdout);
  expect(ended.stderr).toContain(`error: ${error.message} [${error.code}]\n`);
  expect(readdirSync(home)).toEqual(before);
  return error;
}

describe("models", () => {
  it.each([
    ["a web page", save("page.onnx", "<!doctype html><title>Not found</title>"), "invalid-model", /web page|HTML/i],
    [
      "random bytes",
      save(
        "noise.onnx",
        Uint8Array.from({ length: 999 }, (_, i) => (i * 97) % 251),
      ),
      "invalid-model",
      /noise/,
    ],
    ["an empty file", save("empty.onnx", ""), "invalid-model", /empty/],
    ["a truncated file", save("half.onnx", tinyModel().subarray(0, 120)), "invalid-model", /cut off/],
    ["an unknown operator domain", save("domain.onnx", unknownDomainModel()), "unsupported-model", /com\.example/],
    ["a text model", save("text.onnx", textModel()), "unsupported-model", /"input_ids" int64 \[batch\]/],
    ["no classifier", save("headless.onnx", headlessModel()), "no-classifier-found", /no dense layer or convolution/],
    ["no such file", "missing.onnx", "file-access", /no such file/],
    ["an unknown name", "resnet-9000", "model-not-found", /efficientnet-lite0/],
  ])("%s", async (_, model, code, message) => {
    const error = await failure("photos", "--model", model);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });
});

describe("photos", () => {
  const folder = (name: string, ...files: string[]): string => {
    mkdirSync(join(home, name));
    for (const file of files) {
      mkdirSync(join(home, name, file, ".."), { recursive: true });
      copyFileSync(photo, join(home, name, file));
    }
    return name;
  };

  it.each([
    ["no folder", "not there", "file-access", /does not exist/],
    ["a file", save("file.txt", ""), "file-access", /is not a folder/],
    ["an empty folder", folder("nothing"), "invalid-dataset", /no photos/],
    ["one class", folder("one class", "bag/1.png", "bag/2.png"), "invalid-dataset", /one class only \(bag\)/],
    [
      "a class with one photo",
      folder("single", "bag/1.png", "bag/2.png", "coat/1.png"),
      "invalid-dataset",
      /coat has one photo/,
    ],
  ])("%s", async (_, root, code, message) => {
    const error = await failure(root);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });

  it("zero-byte photos are skipped, counted and named", async () => {
    const root = copyFew(join(home, "with empty ones"), { classes: ["bag", "coat"], train: 12, valid: 2 });
    for (const name of ["a.png", "b.jpg"]) writeFileSync(join(root, "train/bag", name), "");
    const args = ["train", root, "--lr", "0.01", "--epochs", "1", "--out", join(home, "with empty ones/out")];
    const { code, stdout, stderr } = await runCli(args);
    expect(code).toBe(0);
    expect(stderr).toContain("24 to train on, 4 to validate on, 2 skipped");
    expect(stdout).toMatch(/^2 skipped:\n {2}train\/bag\/a\.png: .*\n {2}train\/bag\/b\.jpg: .*\n/m);
  });

  it("too many of them are refused", async () => {
    const root = copyFew(join(home, "mostly empty"), { classes: ["bag", "coat"], train: 6, valid: 2 });
    for (let i = 0; i < 5; i++) writeFileSync(join(root, "train/bag", `${i}.png`), "");
    const error = await failure("mostly empty");
    expect(error.code).toBe("too-many-unreadable");
    expect(error.message).toMatch(/^\d of 21 photos cannot be read/);
  });
});

describe("tables of photos", () => {
  const header = "file,label\n";

  it.each([
    ["nothing", "", "it is empty"],
    ["bytes", Uint8Array.of(0, 1, 2, 255), "it is binary, not text"],
    ["one column", "photos/train/bag\nphotos/train/coat\n", "names no photo and no column"],
    ["a file in two classes", `${header}a.png,bag\na.png,coat\n`, "line 3: a.png is coat here and bag in line 2"],
    ["one class", `${header}a.png,bag\nb.png,bag\n`, "one class only (bag)"],
  ])("of %s", async (_, content, message) => {
    const error = await failure(save("table.csv", content));
    expect(error.code).toBe("invalid-dataset");
    expect(error.message).toContain("table.csv");
    expect(error.message).toContain(message);
  });

  it("that is not there, and one whose photos are not", async () => {
    expect(await failure("gone.csv")).toMatchObject({
      code: "file-access",
      message: expect.stringContaining("gone.csv does not exist"),
    });
    const rows = Array.from({ length: 4 }, (_, i) => `${i}.png,${i % 2 ? "bag" : "coat"}`);
    const { code, message } = await failure(save("table.csv", rows.join("\n")));
    expect(code).toBe("too-many-unreadable");
    expect(message).toContain("0.png");
  });
});

describe("places and devices", () => {
  it("a device that is not there: the error lists those that are", async () => {
    const error = await failure("photos", "--device", "abacus");
    expect(error.code).toBe("device-unavailable");
    expect(error.message).toMatch(/Available: .*cpu\./);
  });

  it.skipIf(process.platform === "win32")(
    "a device of another platform: one line, and nothing of the runtime's",
    async () => {
      const { code, stdout, stderr } = await runCli(["train", "photos", "--device", "dml"], { cwd: home });
      expect([code, stdout]).toEqual([1, ""]);
      expect(stderr).toMatch(
        /^error: The device "dml" cannot be used: .* Available: .*cpu\. .*\[device-unavailable\]\n$/,
      );
    },
  );

  it("an output folder below a file", async () => {
    expect((await failure("photos", "--out", "file.txt/out")).code).toBe("file-access");
  });

  it.runIf(process.platform === "linux")("an output folder on a file system that takes nothing", async () => {
    const { code, message } = await failure("photos", "--out", "/proc/regraft");
    expect(code).toBe("file-access");
    expect(message).toContain("Choose a folder that you may write to.");
  });

  it("predict without an export", async () => {
    const ended = await runCli(["predict", photos, photo, "--json"]);
    expect(ended.code).toBe(1);
    expect(lastLine(ended.stdout)).toMatchObject({ error: { code: "file-access" } });
  });

  it.runIf(process.platform === "linux")("standard output on a full disk", () => {
    const full = openSync("/dev/full", "w");
    const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
    const ended = spawnSync(process.execPath, [cli, "models"], { stdio: ["ignore", full, "pipe"], encoding: "utf8" });
    closeSync(full);
    expect(ended.status).toBe(1);
    expect(ended.stderr).toMatch(
      /^error: Cannot write to standard output: ENOSPC.* Results are lost. \[file-access\]\n$/,
    );
  });
});
