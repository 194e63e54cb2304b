import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Part, removeParts, takePart } from "../../../../src/learner/node/downloads/download-part.js";
import { temporaryFolder } from "../../../helpers/temporary.js";

const root = temporaryFolder();
let files = 0;
const newFile = (): string => join(root, `${files++}`, "model.onnx");
const origin = { url: "http://localhost/a", validator: '"1"', total: 9 };

/** A part with some bytes in it. */
async function begun(file: string, bytes = "begun"): Promise<Part> {
  const part = await takePart(file);
  writeFileSync(part.data, bytes);
  await part.setOrigin(origin);
  return part;
}

/** As if the part had been left behind by a process of this number. */
function abandon(part: Part, pid: number, host = hostname()): void {
  const folder = dirname(part.data);
  renameSync(folder, folder.replace(/onnx\..*$/, `onnx.${host}-${pid}-0123abcd.part`));
}

const deadPid = (): number => spawnSync(process.execPath, ["-e", ""]).pid;

describe("takePart", () => {
  it("begins with nothing", async () => {
    const file = newFile();
    const part = await takePart(file);
    expect(await part.size()).toBe(0);
    expect(await part.origin()).toBeUndefined();
    expect(readdirSync(dirname(file))).toEqual([expect.stringMatching(/^model\.onnx\..*\.part$/)]);
  });

  it("goes on with what was released, once", async () => {
    const file = newFile();
    await (await begun(file)).release();
    const [one, two] = await Promise.all([takePart(file), takePart(file)]);
    const sizes = [await one.size(), await two.size()];
    expect(sizes.toSorted()).toEqual([0, 5]);
    const taken = sizes[0] === 5 ? one : two;
    expect(readFileSync(taken.data, "utf8")).toBe("begun");
    expect(await taken.origin()).toEqual(origin);
  });

  it("leaves alone what another download of this process is at", async () => {
    const file = newFile();
    const [one, two] = [await begun(file), await takePart(file)];
    expect(two.data).not.toBe(one.data);
    expect([await one.size(), await two.size()]).toEqual([5, 0]);
    const third = await takePart(file);
    expect(await third.size()).toBe(0);
  });

  it("goes on where a process has died, and not where one lives or another machine may be at it", async () => {
    const dead = newFile();
    abandon(await begun(dead), deadPid());
    expect(await (await takePart(dead)).size()).toBe(5);
    const alive = newFile();
    abandon(await begun(alive), process.ppid);
    expect(await (await takePart(alive)).size()).toBe(0);
    const other = newFile();
    abandon(await begun(other), deadPid(), "another-machine");
    expect(await (await takePart(other)).size()).toBe(0);
  });

  it("goes on with what nobody has touched for an hour", async () => {
    const file = newFile();
    abandon(await begun(file), deadPid(), "another-machine");
    const [folder] = readdirSync(dirname(file)).map((name) => join(dirname(file), name));
    const before = Date.now() / 1000 - 3601;
    for (const path of [join(folder!, "data"), folder!]) utimesSync(path, before, before);
    expect(await (await takePart(file)).size()).toBe(5);
  });

  it("takes the largest of several, and of this file alone", async () => {
    const file = newFile();
    const parts = [await begun(file, "1"), await begun(file, "333"), await begun(file, "22")];
    for (const part of parts) await part.release();
    await (await begun(`${file}_data`, "55555")).release();
    expect(await (await takePart(file)).size()).toBe(3);
  });
});

describe("a part", () => {
  it("cannot go on without its origin, nor with one that is cut off", async () => {
    const part = await begun(newFile());
    for (const text of ["", "{", "[]", "null", '{"url": "http://localhost/a"}', '{"url": 1, "validator": "x"}']) {
      writeFileSync(join(dirname(part.data), "origin.json"), text);
      expect(await part.origin()).toBeUndefined();
    }
    await part.setOrigin({ ...origin, total: undefined });
    expect(await part.origin()).toEqual({ ...origin, total: undefined });
    await part.setOrigin(undefined);
    expect(await part.origin()).toBeUndefined();
  });

  it("is gone once removed; what others left of a complete file too", async () => {
    const file = newFile();
    await (await takePart(file)).remove();
    expect(readdirSync(dirname(file))).toEqual([]);
    await (await begun(file)).release();
    const busy = await begun(`${file}_data`);
    mkdirSync(join(dirname(file), "model.onnx.notes"));
    await removeParts(file);
    expect(readdirSync(dirname(file)).toSorted()).toEqual(["model.onnx.notes", expect.stringContaining("onnx_data.")]);
    await busy.remove();
  });
});
