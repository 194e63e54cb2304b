import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { nodeFiles } from "../../../src/learner/node/files.js";
import { checkExportFolder, checkWritable } from "../../../src/learner/node/writable.js";
import { temporaryFolder } from "../../helpers/temporary.js";

const root = temporaryFolder();
let folder: string;
let tests = 0;
beforeEach(() => {
  folder = join(root, `${tests++}`);
  mkdirSync(folder);
});

describe("checkWritable", () => {
  it("passes a folder that is there, and leaves nothing in it", async () => {
    writeFileSync(join(folder, "a file"), "");
    await checkWritable(folder);
    expect(readdirSync(folder)).toEqual(["a file"]);
  });

  it("passes a folder that can be made, and does not make it", async () => {
    await checkWritable(join(folder, "not/there yet"));
    expect(readdirSync(folder)).toEqual([]);
  });

  it("refuses a file, and what would lie below one", async () => {
    const file = join(folder, "a file");
    writeFileSync(file, "");
    for (const path of [file, join(file, "below/it")]) {
      await expect(checkWritable(path)).rejects.toMatchObject({
        code: "file-access",
        details: { path, operation: "write" },
        message: `Cannot write ${path}: a part of the path is a file. Choose a folder that you may write to.`,
      });
    }
  });

  it("refuses a folder without permission", async () => {
    if (process.platform === "win32" || process.getuid?.() === 0) {
      console.warn("skipped, root may write anywhere: a folder without permission");
      return;
    }
    mkdirSync(join(folder, "locked"), { mode: 0o500 });
    await expect(checkWritable(join(folder, "locked/out"))).rejects.toMatchObject({ code: "file-access" });
  });

  it.runIf(process.platform === "linux")("refuses a file system that takes nothing", async () => {
    await expect(checkWritable("/proc/regraft")).rejects.toMatchObject({ code: "file-access" });
  });

  it("refuses what is no path", async () => {
    await expect(checkWritable("")).rejects.toMatchObject({ code: "invalid-argument" });
  });
});

describe("checkExportFolder", () => {
  const check = (name: string) => checkExportFolder(join(folder, name), nodeFiles);

  it("passes a folder that is there, or can be made, and leaves nothing in it", async () => {
    await check(".");
    await check("not/there yet");
    mkdirSync(join(folder, "onnx"));
    await check(".");
    expect(readdirSync(folder, { recursive: true })).toEqual(["onnx"]);
  });

  it("refuses links that lead nowhere, and what would lie below one", async () => {
    symlinkSync(join(folder, "gone"), join(folder, "link"));
    for (const name of ["link", "link/out"])
      await expect(check(name)).rejects.toMatchObject({ code: "file-access", message: /a link that leads nowhere/ });
    mkdirSync(join(folder, "out"));
    symlinkSync(join(folder, "gone"), join(folder, "out/onnx"));
    await expect(check("out")).rejects.toMatchObject({ code: "file-access", message: /a link that leads nowhere/ });
  });

  it("refuses files where folders belong, folders where files belong, and somebody else's files", async () => {
    writeFileSync(join(folder, "onnx"), "");
    await expect(check(".")).rejects.toThrow("a file where the folder onnx belongs");
    mkdirSync(join(folder, "out/config.json"), { recursive: true });
    await expect(check("out")).rejects.toThrow("a folder where the file config.json belongs");
    mkdirSync(join(folder, "theirs"));
    writeFileSync(join(folder, "theirs/README.md"), "");
    await expect(check("theirs")).rejects.toThrow("its README.md would be replaced");
    await expect(checkExportFolder("", nodeFiles)).rejects.toMatchObject({ code: "invalid-argument" });
  });
});
