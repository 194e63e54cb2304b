import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { cacheFolder, cachePath } from "../../../../src/learner/node/downloads/cache-folder.js";

describe("cacheFolder", () => {
  it.each([
    [{ REGRAFT_CACHE: "/mine", XDG_CACHE_HOME: "/xdg" }, "linux", "/mine"],
    [{ REGRAFT_CACHE: "mine" }, "darwin", resolve("mine")],
    [{ XDG_CACHE_HOME: "/xdg" }, "linux", "/xdg/regraft"],
    [{ XDG_CACHE_HOME: "xdg" }, "linux", "/home/ada/.cache/regraft"],
    [{ REGRAFT_CACHE: "", XDG_CACHE_HOME: "" }, "linux", "/home/ada/.cache/regraft"],
    [{}, "darwin", "/home/ada/Library/Caches/regraft"],
    [{ LOCALAPPDATA: "/local" }, "win32", "/local/regraft/Cache"],
    [{}, "win32", "/home/ada/AppData/Local/regraft/Cache"],
  ] as const)("%o on %s is %s", (env, platform, folder) => {
    expect(cacheFolder(env, platform, "/home/ada")).toBe(folder);
  });

  it("is in the home by default", () => {
    expect(cacheFolder({})).toMatch(/regraft/);
  });
});

describe("cachePath", () => {
  const below = (url: string) => cachePath("/c", url);

  it("follows the address, the revision among its parts", () => {
    expect(below("https://huggingface.co/Kalray/resnet34/resolve/82a2/resnet34.onnx")).toBe(
      join("/c", "huggingface.co/Kalray/resnet34/resolve/82a2/resnet34.onnx"),
    );
  });

  it.each([
    ["http://localhost:8080/a.onnx", "/c/localhost%3A8080/a.onnx"],
    ["https://h/a/../../../../etc/passwd.onnx", "/c/h/etc/passwd.onnx"],
    ["https://h/%2e%2e/%2e%2e/a.onnx", "/c/h/a.onnx"],
    ["https://h/..%2f..%2fetc%2fa.onnx", "/c/h/..%2F..%2Fetc%2Fa.onnx"],
    ["https://h/a%00b\\c%5Cd.onnx", "/c/h/a%00b/c%5Cd.onnx"],
    ["https://h/nul.onnx", "/c/h/%6Eul.onnx"],
    ["https://h/a*b'.onnx", "/c/h/a%2Ab%27.onnx"],
    ["https://h/dots./a.onnx", "/c/h/dots%2E/a.onnx"],
    ["https://h/100%/a.onnx", "/c/h/100%25/a.onnx"],
    ["https://h/ü b.onnx", "/c/h/%C3%BC%20b.onnx"],
    ["https://h//a.onnx", "/c/h/a.onnx"],
  ])("keeps %s at %s, within the folder and under a name that every system takes", (url, path) => {
    expect(below(url)).toBe(path);
  });

  it("tells queries apart, without saying what they are", () => {
    const [one, two] = [below("https://h/a/b.onnx?token=secret"), below("https://h/a/b.onnx?token=other")];
    expect(one).toMatch(/^\/c\/h\/a\/query-[0-9a-f]{16}\/b\.onnx$/);
    expect(two).not.toBe(one);
    expect(below("https://h/a/b.onnx")).toBe("/c/h/a/b.onnx");
  });
});
