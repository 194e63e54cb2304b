import { mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { cachePath } from "../../../src/learner/node/downloads/cache-folder.js";
import { nodeDownloads } from "../../../src/learner/node/downloads/downloads.js";
import { cliHere, lastLine, platform } from "../../helpers/cli-here.js";
import { temporaryFolder } from "../../helpers/temporary.js";

describe("regraft models", () => {
  it("lists name, place, size, licence and description", async () => {
    const { code, stdout, stderr } = await cliHere(["models"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^name +where +size +licence +description\n/);
    expect(stdout).toMatch(/^efficientnet-lite0 +in the package +9\.5 MB +Apache-2\.0 +EfficientNet-Lite0, /m);
    expect(stdout).toMatch(/^resnet34 +to download +87\.2 MB +Apache-2\.0 +ResNet34, /m);
  });

  it("has the same for programs", async () => {
    const { models } = lastLine((await cliHere(["models", "--json"])).stdout);
    expect(models).toContainEqual({
      name: "efficientnet-lite0",
      where: "package",
      bytes: expect.any(Number),
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      licence: "Apache-2.0",
      description: expect.any(String),
      pretrainedOn: "ImageNet-1k",
      source: expect.any(String),
      url: null,
    });
    expect(models).toContainEqual(
      expect.objectContaining({ name: "resnet34", where: "network", url: expect.stringMatching(/^https:/) }),
    );
  });

  it("knows what the cache has, whole", async () => {
    const cache = temporaryFolder();
    const here = { ...platform, downloads: nodeDownloads({ REGRAFT_CACHE: cache }) };
    const whereIs = async (): Promise<string> => {
      const { models } = lastLine((await cliHere(["models", "--json"], undefined, here)).stdout);
      return models.find(({ name }: { name: string }) => name === "resnet34").where;
    };
    const { models } = lastLine((await cliHere(["models", "--json"])).stdout);
    const { url, bytes } = models.find(({ name }: { name: string }) => name === "resnet34");
    const path = cachePath(cache, url);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "");
    expect(await whereIs()).toBe("network");
    truncateSync(path, bytes);
    expect(await whereIs()).toBe("cache");
  });

  it("says what else can be given, and what the environment can say", async () => {
    const { stdout } = await cliHere(["models", "--help"]);
    for (const word of ["hf:owner/name@revision", "REGRAFT_CACHE", "REGRAFT_OFFLINE", "HTTPS_PROXY", "HF_TOKEN"])
      expect(stdout).toContain(word);
  });
});
