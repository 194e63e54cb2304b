import { Command } from "commander";
import { expect, it } from "vitest";
import { addAugmentOptions, augmentFrom, ttaOption } from "../../src/cli/augment-options.js";

const parse = (...args: string[]) =>
  augmentFrom(
    addAugmentOptions(new Command().exitOverride().configureOutput({ writeErr: () => {} }))
      .parse(args, { from: "user" })
      .opts(),
  );

it("augmentFrom is off unless a flag says so; the others imply --augment", () => {
  expect(parse()).toBe(false);
  expect(parse("--augment")).toBe(true);
  expect(parse("--views", "3")).toEqual({ views: 3 });
  expect(parse("--augment", "--mixup", "0.4", "--cutmix", "1")).toEqual({ mixup: 0.4, cutmix: 1 });
});

it("addAugmentOptions refuses what the library would", () => {
  for (const args of [
    ["--views", "0"],
    ["--views", "33"],
    ["--mixup", "-1"],
    ["--cutmix", "much"],
  ])
    expect(() => parse(...args)).toThrow();
});

it("ttaOption is a flag", () => {
  const tta = (...args: string[]) => new Command().addOption(ttaOption()).parse(args, { from: "user" }).opts();
  expect([tta(), tta("--tta")]).toEqual([{}, { tta: true }]);
});
