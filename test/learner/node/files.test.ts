import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { nodeFiles } from "../../../src/learner/node/files.js";
import { refusal } from "../../helpers/refusal.js";
import { temporaryFolder } from "../../helpers/temporary.js";

const folder = temporaryFolder();
const text = (path: string): string => readFileSync(path, "utf8");
const model = new Uint8Array([1, 2, 3]);

describe("kind and read", () => {
  it("tell files, folders, and what is not there", async () => {
    writeFileSync(join(folder, "a file"), model);
    expect(await nodeFiles.kind(folder)).toBe("directory");
    expect(await nodeFiles.kind(join(folder, "a file"))).toBe("file");
    expect(await nodeFiles.kind(join(folder, "nothing"))).toBeUndefined();
    expect([...(await nodeFiles.read(join(folder, "a file")))]).toEqual([1, 2, 3]);
  });

  it("say why a file cannot be read", async () => {
    const missing = join(folder, "nothing");
    const { details } = await refusal(() => nodeFiles.read(missing), "file-access", "no such file", "Check the path");
    expect(details).toEqual({ path: missing, operation: "read" });
    await refusal(() => nodeFiles.read(folder), "file-access", "it is a folder");
  });
});

it.runIf(process.platform === "linux")("read does not wait for a pipe", async () => {
  const pipe = join(folder, "pipe");
  spawnSync("mkfifo", [pipe]);
  await refusal(() => nodeFiles.read(pipe), "file-access", "it is not a file");
});

describe("readBeside", () => {
  it("reads below the model's folder, and refuses links that lead out of it", async () => {
    const home = join(folder, "models");
    mkdirSync(join(home, "deep"), { recursive: true });
    writeFileSync(join(home, "deep/weights"), model);
    writeFileSync(join(folder, "secret"), "secret");
    symlinkSync(join(folder, "secret"), join(home, "outside"));
    symlinkSync(join(home, "deep/weights"), join(home, "inside"));
    const path = join(home, "model.onnx");
    expect([...(await nodeFiles.readBeside(path, "deep/weights"))]).toEqual([1, 2, 3]);
    expect([...(await nodeFiles.readBeside(path, "inside"))]).toEqual([1, 2, 3]);
    await refusal(() => nodeFiles.readBeside(path, "outside"), "invalid-model", "link that leads out", "Copy the file");
    await refusal(() => nodeFiles.readBeside(path, "missing"), "file-access", "missing");
  });
});

describe("writeFolder", () => {
  const files = new Map<string, Uint8Array | string>([
    ["onnx/model.onnx", model],
    ["README.md", "new"],
  ]);

  it("makes a new folder, with those around it", async () => {
    const out = join(folder, "new/deep/export");
    await nodeFiles.writeFolder(out, files);
    expect(readdirSync(join(folder, "new/deep"))).toEqual(["export"]);
    expect(readdirSync(out).sort()).toEqual(["README.md", "onnx"]);
    expect([...readFileSync(join(out, "onnx/model.onnx"))]).toEqual([1, 2, 3]);
  });

  it("replaces files in a folder that exists, and leaves the others alone", async () => {
    const out = join(folder, "old");
    mkdirSync(join(out, "onnx"), { recursive: true });
    writeFileSync(join(out, "README.md"), "old");
    writeFileSync(join(out, "onnx/other.onnx"), "mine");
    await nodeFiles.writeFolder(out, files);
    expect(readdirSync(out).sort()).toEqual(["README.md", "onnx"]);
    expect(readdirSync(join(out, "onnx")).sort()).toEqual(["model.onnx", "other.onnx"]);
    expect(text(join(out, "README.md"))).toBe("new");
  });

  it("removes what is obsolete, where it is, once the files are written", async () => {
    const out = join(folder, "obsolete");
    mkdirSync(join(out, "onnx"), { recursive: true });
    writeFileSync(join(out, "onnx/old.onnx"), "old");
    writeFileSync(join(out, "onnx/other.onnx"), "mine");
    await nodeFiles.writeFolder(out, files, ["onnx/old.onnx", "never.svg", "deep/never.svg"]);
    expect(readdirSync(join(out, "onnx")).sort()).toEqual(["model.onnx", "other.onnx"]);
    await nodeFiles.writeFolder(join(folder, "obsolete and new"), files, ["never.svg"]);
    expect(readdirSync(join(folder, "obsolete and new")).sort()).toEqual(["README.md", "onnx"]);
  });

  it("replaces nothing when one of its files cannot be replaced", async () => {
    const out = join(folder, "half taken");
    mkdirSync(join(out, "README.md"), { recursive: true });
    mkdirSync(join(out, "onnx"));
    writeFileSync(join(out, "onnx/model.onnx"), "mine");
    await refusal(() => nodeFiles.writeFolder(out, files), "file-access", "it is a folder");
    expect(text(join(out, "onnx/model.onnx"))).toBe("mine");
    expect(readdirSync(out).sort()).toEqual(["README.md", "onnx"]);
  });

  it("takes any name that the file system takes, and refuses longer ones", async () => {
    await nodeFiles.writeFolder(join(folder, "n".repeat(255)), files);
    expect(readdirSync(join(folder, "n".repeat(255))).sort()).toEqual(["README.md", "onnx"]);
    await refusal(() => nodeFiles.writeFolder(join(folder, "n".repeat(256)), files), "file-access", "too long");
  });

  it("leaves nothing behind when it cannot write", async () => {
    const blocked = join(folder, "blocked");
    mkdirSync(blocked);
    writeFileSync(join(blocked, "a file"), "mine");
    const below = join(blocked, "a file/out");
    const { details } = await refusal(
      () => nodeFiles.writeFolder(below, files),
      "file-access",
      "a file of this name is in the way",
    );
    expect(details).toEqual({ path: below, operation: "write" });
    await refusal(() => nodeFiles.writeFolder(join(blocked, "a file"), files), "file-access", "may write to");
    // The second file cannot be made: the folder must not appear with the first one alone.
    const clashing = new Map([
      ["a", "file"],
      ["a/b", "below the file"],
    ]);
    await refusal(() => nodeFiles.writeFolder(join(blocked, "half"), clashing), "file-access");
    expect(readdirSync(blocked)).toEqual(["a file"]);
    expect(text(join(blocked, "a file"))).toBe("mine");
  });
});
