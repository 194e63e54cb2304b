import { expect, it, vi } from "vitest";
import { imageList } from "../../src/datasets/image-list.js";
import { addPhotos, mergeClasses, renameClass } from "../../src/learner/growth-calls.js";
import { refusal } from "../helpers/refusal.js";

function caller() {
  const [call, grow] = [vi.fn(async () => {}), vi.fn(async () => {})];
  return { call, grow, engine: { call } as never, work: { grow } as never };
}

it("addPhotos sends a list's photos ahead, and the rest of it after them", async () => {
  const { call, grow, ...one } = caller();
  const data = imageList([{ image: "a", label: "b" }]);
  await addPhotos(one, data, {});
  expect(call.mock.calls).toEqual([["stage", { kind: "items", items: data.items, offset: 0 }, { signal: undefined }]]);
  expect(grow.mock.calls).toEqual([[{ kind: "add", data: { ...data, items: [] } }, {}]]);
  await refusal(() => addPhotos(one, { kind: "zip" } as never, {}), "invalid-argument", "for data");
});

it("renameClass and mergeClasses send names, each once", async () => {
  const { grow, ...one } = caller();
  await renameClass(one, ["a", "b"], {});
  await mergeClasses(one, [["a", "b", "a"], "c"], {});
  expect(grow.mock.calls).toEqual([
    [{ kind: "rename", call: "renameClass", names: ["a"], to: "b" }, {}],
    [{ kind: "rename", call: "mergeClasses", names: ["a", "b"], to: "c" }, {}],
  ]);
});

it("all refuse options that they do not have", async () => {
  const { grow, ...one } = caller();
  const wrong = { signals: 1 } as never;
  await refusal(() => renameClass(one, ["a", "b"], wrong), "invalid-argument", "renameClass's options");
  await refusal(() => mergeClasses(one, [["a", "b"], "c"], wrong), "invalid-argument", "mergeClasses's options");
  await refusal(() => renameClass(one, ["a", "b"], { signal: 1 } as never), "invalid-argument", "AbortSignal");
  expect(grow).not.toHaveBeenCalled();
});
