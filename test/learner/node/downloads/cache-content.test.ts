import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readContent } from "../../../../src/learner/node/downloads/cache-content.js";
import { temporaryFolder } from "../../../helpers/temporary.js";

const file = join(temporaryFolder(), "large");
const bytes = new Uint8Array(40 * 2 ** 20).fill(7);
writeFileSync(file, bytes);

it("gives bytes and their sha256", async () => {
  const content = await readContent(file, new AbortController().signal);
  expect(content.bytes.length).toBe(bytes.length);
  expect(content.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
});

it("hears the signal, and lets others have their turn", async () => {
  const controller = new AbortController();
  const reading = readContent(file, controller.signal);
  setTimeout(() => controller.abort(new Error("enough")), 1);
  await expect(reading).rejects.toThrow("enough");
});

it("throws what the file system says", async () => {
  await expect(readContent(`${file}.none`, new AbortController().signal)).rejects.toMatchObject({ code: "ENOENT" });
});
