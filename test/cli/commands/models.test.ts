import { describe, expect, it } from "vitest";
import { cliHere, lastLine } from "../../helpers/cli-here.js";

describe("regraft models", () => {
  it("lists name, size, licence and description", async () => {
    const { code, stdout, stderr } = await cliHere(["models"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^name +size +licence +description\n/);
    expect(stdout).toMatch(/^efficientnet-lite0 {2}9\.5 MB {2}Apache-2\.0 {2}EfficientNet-Lite0, /m);
  });

  it("has the same for programs", async () => {
    const { models } = lastLine((await cliHere(["models", "--json"])).stdout);
    expect(models).toContainEqual({
      name: "efficientnet-lite0",
      bytes: expect.any(Number),
      licence: "Apache-2.0",
      description: expect.any(String),
      pretrainedOn: "ImageNet-1k",
      source: expect.any(String),
    });
  });
});
