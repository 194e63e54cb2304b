// What every entry of `models/` must say, and how.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fromPreprocessorConfig } from "../../src/models/preprocessor-config.js";
import { hub, remoteModel } from "../../src/models/remote-model.js";

const folder = new URL("../../models/", import.meta.url);
const files = readdirSync(folder);
const entries = files
  .filter((file) => file.endsWith(".json"))
  .map((file) => [file, JSON.parse(readFileSync(new URL(file, folder), "utf8")) as Record<string, unknown>] as const);

const text = (value: unknown): boolean => typeof value === "string" && value.trim() === value && value !== "";
const count = (value: unknown): boolean => Number.isInteger(value) && (value as number) > 0;
const object = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** Field → what it must be. */
const always: Readonly<Record<string, (value: unknown) => boolean>> = {
  name: (value) => text(value) && /^[a-z\d]+([.-][a-z\d]+)*$/.test(value as string),
  description: text,
  bytes: (value) => count(value) && (value as number) < 2 ** 31,
  sha256: (value) => /^[0-9a-f]{64}$/.test(String(value)),
  licence: text,
  source: text,
  pretrainedOn: text,
  modelType: text,
  preprocessor: object,
};
const sometimes: typeof always = {
  file: text,
  url: text,
  revision: text,
  input: (value) => {
    if (!object(value) || !text(value.name) || !Array.isArray(value.shape)) return false;
    const [, channels, ...sizes] = value.shape;
    return channels === 3 && sizes.length === 2 && value.shape.every((size) => text(size) || count(size));
  },
  cut: text,
  layerGroups: (value) => Array.isArray(value) && value.length > 0 && value.every(text),
};

it("has every name once", () => {
  const names = entries.map(([, { name }]) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(expect.arrayContaining(["efficientnet-lite0", "resnet34"]));
});

it("has no file that no entry speaks of", () => {
  const known = entries.flatMap(([file, entry]) => [file, entry.file]);
  expect(files.filter((file) => /\.(json|onnx)$/.test(file) && !known.includes(file))).toEqual([]);
});

describe.each(entries)("models/%s", (file, entry) => {
  it("says what it must, and nothing that nobody reads", () => {
    for (const [field, isGood] of Object.entries(always)) expect(isGood(entry[field]), field).toBe(true);
    for (const [field, value] of Object.entries(entry)) {
      const isGood = always[field] ?? sometimes[field];
      expect(isGood?.(value), field).toBe(true);
    }
    expect(file).toBe(`${entry.name}.json`);
  });

  it("is either beside its entry, or at an https address that never changes", () => {
    if (entry.file !== undefined) {
      expect(files).toContain(entry.file);
      expect(entry).not.toHaveProperty("url");
      return;
    }
    const url = new URL(entry.url as string);
    expect(url.protocol).toBe("https:");
    expect(url.search + url.hash + url.username).toBe("");
    expect(url.pathname.split("/")).toContain(entry.revision);
    // A branch's name would not do.
    if (url.origin === hub) expect(entry.revision).toMatch(/^[0-9a-f]{40}$/);
    expect(remoteModel(url.href)?.urls).toEqual([url.href]);
  });

  it("says how photos are prepared, in a way that can be followed", () => {
    const { crop, resize } = fromPreprocessorConfig(entry.preprocessor as object, file);
    const { height, width } = crop ?? (resize as { height: number; width: number });
    const [, , ...size] = (entry.input as { shape?: unknown[] } | undefined)?.shape ?? [];
    for (const [i, edge] of [height, width].entries()) if (typeof size[i] === "number") expect(size[i]).toBe(edge);
  });
});
