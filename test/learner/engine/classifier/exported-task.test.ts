import { expect, it } from "vitest";
import {
  classNamesIn,
  problemTypes,
  taskOf,
  thresholdsOf,
} from "../../../../src/learner/engine/classifier/exported-task.js";

it("taskOf reads Hugging Face's words, and takes all else for classes", () => {
  for (const [task, problem_type] of Object.entries(problemTypes)) expect(taskOf({ problem_type })).toBe(task);
  for (const problem_type of [undefined, null, "clustering", 3]) expect(taskOf({ problem_type })).toBe("single-label");
});

it("thresholdsOf are in the order of the labels, 0.5 where there is no sound one", () => {
  expect(thresholdsOf({}, ["a"])).toBeUndefined();
  expect(thresholdsOf({ thresholds: { b: 0.25, a: 0.75 } }, ["a", "b", "constructor"])).toEqual([0.75, 0.25, 0.5]);
  expect(thresholdsOf({ thresholds: { a: "0.3", b: 7 } }, ["a", "b"])).toEqual([0.5, 0.5]);
  expect(thresholdsOf({ thresholds: null as never }, ["a"])).toBeUndefined();
});

it("classNamesIn are in the order of the logits, none where they are no list of texts", () => {
  expect(classNamesIn({ id2label: { 1: "b", 0: "a" } })).toEqual(["a", "b"]);
  for (const id2label of [undefined, null, {}, "a", { 0: 7 }, { 1: "b" }, { 0: "a", 2: "c" }])
    expect(classNamesIn({ id2label: id2label as never })).toBeUndefined();
});
