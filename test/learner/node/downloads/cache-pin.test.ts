import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { absent, pinPath } from "../../../../src/learner/engine/downloads/pin.js";
import { readPin, writePin } from "../../../../src/learner/node/downloads/cache-pin.js";
import { temporaryFolder } from "../../../helpers/temporary.js";

const folder = temporaryFolder();
const file = join(folder, "a.onnx");
const hash = "0123456789abcdef".repeat(4);

describe("pins", () => {
  it("are a line beside the file, as sha256sum writes it, and nothing else is left", async () => {
    await writePin(file, hash);
    expect(readFileSync(pinPath(file), "utf8")).toBe(`${hash}  a.onnx\n`);
    expect(await readPin(file)).toBe(hash);
    await writePin(file, absent);
    expect(await readPin(file)).toBe(absent);
    expect(readdirSync(folder)).toEqual(["a.onnx.sha256"]);
  });

  it("need not be there", async () => {
    expect(await readPin(join(folder, "none"))).toBeUndefined();
  });
});
