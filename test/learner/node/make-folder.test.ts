import { existsSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeFolder } from "../../../src/learner/node/make-folder.js";
import { temporaryFolder } from "../../helpers/temporary.js";

const home = temporaryFolder();

describe("makeFolder", () => {
  it("makes what is missing, and takes what is there", async () => {
    const folder = join(home, "a/b/c");
    await Promise.all([makeFolder(folder), makeFolder(folder), makeFolder(join(home, "a/b"))]);
    expect(statSync(folder).isDirectory()).toBe(true);
    symlinkSync(folder, join(home, "link"));
    await makeFolder(join(home, "link/d"));
    expect(existsSync(join(folder, "d"))).toBe(true);
  });

  it("says what is in the way", async () => {
    writeFileSync(join(home, "file"), "");
    await expect(makeFolder(join(home, "file"))).rejects.toMatchObject({ code: "EEXIST" });
    await expect(makeFolder(join(home, "file/in/it"))).rejects.toMatchObject({ code: "ENOTDIR" });
  });

  it.runIf(process.platform === "linux")("ends where no folder can be made", async () => {
    await expect(makeFolder("/proc/regraft")).rejects.toMatchObject({ code: "ENOENT" });
    await expect(makeFolder("/proc/regraft/models/x")).rejects.toMatchObject({ code: "ENOENT" });
  });
});
