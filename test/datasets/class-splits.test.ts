import { expect, it } from "vitest";
import { groupByClass, splitsOf } from "../../src/datasets/class-splits.js";

const photo = (name: string, label: string, split?: "train" | "valid") => ({ image: name, name, label, split });

it("groupByClass puts classes in order, and their photos in order of name", () => {
  const groups = groupByClass([photo("2", "b"), photo("3", "a"), photo("1", "b"), photo("1", "a")]);
  const names = [...groups].map(([label, members]) => [label, members.map(({ name }) => name)]);
  expect(names).toEqual([
    ["a", ["1", "3"]],
    ["b", ["1", "2"]],
  ]);
});

it("splitsOf takes what is given, and draws where anything is not", () => {
  const options = { validFraction: 0.5, seed: 1 };
  expect(splitsOf([photo("1", "a", "valid"), photo("2", "a", "valid")], options)).toEqual(["valid", "valid"]);
  const drawn = splitsOf([photo("1", "a", "train"), photo("2", "a")], options);
  expect([...drawn].sort()).toEqual(["train", "valid"]);
  expect(splitsOf([photo("1", "a")], options)).toEqual(["train"]);
});
