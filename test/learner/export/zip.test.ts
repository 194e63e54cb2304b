import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { asBlobs, zipped } from "../../../src/learner/export/zip.js";
import { temporaryFolder } from "../../helpers/temporary.js";

const weights = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 7919) % 251);
const files = new Map<string, Uint8Array | string>([
  ["onnx/model.onnx", weights],
  ["README.md", "# Größe\n"],
]);
const bytesOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer());

it("asBlobs keeps names and contents", async () => {
  const blobs = asBlobs(files);
  expect([...blobs.keys()]).toEqual(["onnx/model.onnx", "README.md"]);
  expect(await bytesOf(blobs.get("onnx/model.onnx")!)).toEqual(weights);
  expect(await blobs.get("README.md")!.text()).toBe("# Größe\n");
});

describe("zipped", () => {
  it.each([
    ["in a folder", "pets", "pets/"],
    ["in none", "", ""],
  ])("holds the files %s", async (_, root, prefix) => {
    const zip = await zipped(root, files);
    expect(zip.type).toBe("application/zip");
    const found = unzipSync(await bytesOf(zip));
    expect(Object.keys(found)).toEqual([`${prefix}onnx/model.onnx`, `${prefix}README.md`]);
    expect(found[`${prefix}onnx/model.onnx`]).toEqual(weights);
    expect(new TextDecoder().decode(found[`${prefix}README.md`])).toBe("# Größe\n");
  });

  it("is the same for the same files", async () => {
    expect(await bytesOf(await zipped("a", files))).toEqual(await bytesOf(await zipped("a", files)));
  });

  it("is read by others", async () => {
    const path = join(temporaryFolder(), "pets.zip");
    writeFileSync(path, await bytesOf(await zipped("pets", files)));
    const script =
      "import sys,zipfile;z=zipfile.ZipFile(sys.argv[1]);print(z.testzip(),[(i.filename,i.file_size) for i in z.infolist()])";
    expect(`${execFileSync("python3", ["-c", script, path])}`.trim()).toBe(
      "None [('pets/onnx/model.onnx', 100000), ('pets/README.md', 10)]",
    );
  });
});
