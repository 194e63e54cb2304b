import { describe, expect, it } from "vitest";
import {
  downloadSettings,
  isTrusted,
  throughEndpoint,
} from "../../../../src/learner/node/downloads/download-settings.js";
import { refusal } from "../../../helpers/refusal.js";

describe("downloadSettings", () => {
  it("are these by default", () => {
    expect(downloadSettings({})).toEqual({
      offline: undefined,
      endpoint: "https://huggingface.co",
      token: undefined,
      proxies: { httpProxy: "", httpsProxy: "", noProxy: "" },
      stallTimeout: 30_000,
      attempts: 5,
      pause: 400,
    });
  });

  it.each([
    [{ REGRAFT_OFFLINE: "1" }, "REGRAFT_OFFLINE"],
    [{ HF_HUB_OFFLINE: "True" }, "HF_HUB_OFFLINE"],
    [{ REGRAFT_OFFLINE: "0", HF_HUB_OFFLINE: "on" }, "HF_HUB_OFFLINE"],
    [{ REGRAFT_OFFLINE: "", HF_HUB_OFFLINE: "no" }, undefined],
  ])("%o forbids by %s", (env, variable) => expect(downloadSettings(env).offline).toBe(variable));

  it("reads proxies as curl does: small letters first, http:// understood", () => {
    const { proxies } = downloadSettings({
      HTTPS_PROXY: "http://large:1",
      https_proxy: "small:2",
      HTTP_PROXY: "socks5://socks:3",
      NO_PROXY: "localhost,.lan",
    });
    expect(proxies).toEqual({
      httpsProxy: "http://small:2",
      httpProxy: "socks5://socks:3",
      noProxy: "localhost,.lan",
    });
  });

  it("takes a token without the line's end", () => {
    expect(downloadSettings({ HF_TOKEN: "hf_x\n" }).token).toBe("hf_x");
    expect(downloadSettings({ HF_TOKEN: " " }).token).toBeUndefined();
  });

  it("refuses addresses that are none, without repeating a proxy's password", async () => {
    for (const HF_ENDPOINT of ["hf-mirror", "ftp://mirror", "https://me:secret@mirror"])
      await refusal(() => downloadSettings({ HF_ENDPOINT }), "invalid-argument", "HF_ENDPOINT");
    const error = await refusal(() => downloadSettings({ HTTPS_PROXY: "ftp://me:secret@h" }), "invalid-argument");
    expect(error.message).toContain("HTTPS_PROXY");
    expect(error.message).not.toContain("secret");
  });
});

describe("HF_ENDPOINT", () => {
  const mirror = downloadSettings({ HF_ENDPOINT: "https://mirror.lan/hub/" });

  it("stands in for the hub, and for nothing else", () => {
    expect(throughEndpoint("https://huggingface.co/a/b/resolve/main/c.onnx", mirror)).toBe(
      "https://mirror.lan/hub/a/b/resolve/main/c.onnx",
    );
    for (const url of ["https://huggingface.co.evil.com/a.onnx", "https://example.com/https://huggingface.co/a.onnx"])
      expect(throughEndpoint(url, mirror)).toBe(url);
    expect(throughEndpoint("https://huggingface.co/a", downloadSettings({}))).toBe("https://huggingface.co/a");
  });

  it("is where the token may go, never in the clear", () => {
    const trusted = (url: string, HF_ENDPOINT?: string) => isTrusted(new URL(url), downloadSettings({ HF_ENDPOINT }));
    expect(trusted("https://huggingface.co/a")).toBe(true);
    for (const url of ["http://huggingface.co/a", "https://cdn.huggingface.co/a", "https://huggingface.co:444/a"])
      expect(trusted(url)).toBe(false);
    expect(trusted("https://mirror.lan/a", "https://mirror.lan")).toBe(true);
    expect(trusted("https://huggingface.co/a", "https://mirror.lan")).toBe(false);
    expect(trusted("http://mirror.lan/a", "http://mirror.lan")).toBe(false);
    expect(trusted("http://localhost:8080/a", "http://localhost:8080")).toBe(true);
    expect(trusted("http://localhost:8081/a", "http://localhost:8080")).toBe(false);
  });
});
