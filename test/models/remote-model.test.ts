import { describe, expect, it } from "vitest";
import { isLocal, remoteModel, shownUrl } from "../../src/models/remote-model.js";
import { refusal } from "../helpers/refusal.js";

const at = "https://huggingface.co/owner/name/resolve";

describe("remoteModel", () => {
  it("looks for a repository's model where hubs keep it", () => {
    expect(remoteModel("hf:owner/name")).toEqual({
      name: "hf:owner/name",
      title: "name",
      urls: [`${at}/main/onnx/model.onnx`, `${at}/main/model.onnx`],
      folder: `${at}/main/`,
    });
  });

  it("takes a revision and a file", () => {
    expect(remoteModel("hf:owner/name@v1.0")?.urls[0]).toBe(`${at}/v1.0/onnx/model.onnx`);
    expect(remoteModel("hf:owner/name/sub/a-b_c.ONNX")?.urls).toEqual([`${at}/main/sub/a-b_c.ONNX`]);
    expect(remoteModel("HF:owner/name@82a2/resnet34.onnx")).toMatchObject({
      urls: [`${at}/82a2/resnet34.onnx`],
      folder: `${at}/82a2/`,
      title: "name",
    });
    expect(remoteModel("hf:o/n.a-m_e")?.urls[0]).toContain("/o/n.a-m_e/resolve/main/");
  });

  it.each([
    "hf:",
    "hf:name",
    "hf:owner/",
    "hf:../name",
    "hf:owner/..",
    "hf:owner/na..me",
    "hf:owner/name/../../x.onnx",
    "hf:owner/name/./x.onnx",
    "hf:owner/name/.git/x.onnx",
    "hf:owner/name//x.onnx",
    "hf:owner/name/weights.bin",
    "hf:owner/name@",
    "hf:owner/name@a/../b.onnx",
    "hf:-owner/name",
    "hf:owner/name?x=1",
    "hf:owner/na me",
    "hf:owner/name%2f..",
    "hf:owner/name\n",
    "hf:owner/näme",
    `hf:owner/${"n".repeat(97)}`,
  ])("refuses %j and shows how it is written", async (model) => {
    await refusal(() => remoteModel(model), "invalid-argument", "hf:owner/name@revision");
  });

  it("takes the address of a file, with what is said of it beside it or above onnx/", () => {
    expect(remoteModel("https://h.com/a/b.onnx#part")).toEqual({
      name: "https://h.com/a/b.onnx#part",
      title: "b.onnx",
      urls: ["https://h.com/a/b.onnx"],
      folder: "https://h.com/a/",
    });
    expect(remoteModel("https://h.com/a/onnx/b.onnx")?.folder).toBe("https://h.com/a/");
    expect(remoteModel("http://localhost:8080/b.onnx")?.folder).toBe("http://localhost:8080/");
  });

  it("keeps a query to itself", () => {
    const model = remoteModel("https://h.com/a/b.onnx?key=secret");
    expect(model).toMatchObject({ name: "https://h.com/a/b.onnx?…", urls: ["https://h.com/a/b.onnx?key=secret"] });
    expect(model?.folder).toBe("https://h.com/a/");
  });

  it.each(["resolve", "blob", "raw"])("knows a file of the hub by its address (%s)", (kind) => {
    expect(remoteModel(`https://huggingface.co/owner/name/${kind}/main/onnx/a.onnx?download=true`)).toMatchObject({
      title: "name",
      urls: [`${at}/main/onnx/a.onnx`],
      folder: `${at}/main/`,
    });
  });

  it("reads the address of a folder as that of an export", () => {
    expect(remoteModel("http://localhost:8080/models/pets/?key=1#top")).toEqual({
      name: "http://localhost:8080/models/pets/?…",
      title: "pets",
      urls: ["http://localhost:8080/models/pets/onnx/model.onnx"],
      folder: "http://localhost:8080/models/pets/",
    });
  });

  it.each([
    ["http://example.com/a.onnx", "https://"],
    ["http://127.0.0.1.example.com/a.onnx", "https://"],
    ["ftp://example.com/a.onnx", "https://"],
    ["file:///tmp/a.onnx", "path of a file"],
    ["https://me:secret@example.com/a.onnx", "without name and password"],
    ["https://example.com/a.bin", "address of an .onnx file"],
    ["https://example.com/", "address of an .onnx file"],
    ["https://huggingface.co/owner/name", "address of an .onnx file"],
    ["https://:/a.onnx", "address of an .onnx file"],
  ])("refuses %s", async (model, expected) => {
    const { message } = await refusal(() => remoteModel(model), "invalid-argument", expected);
    expect(message).not.toContain("secret");
  });
});

describe("isLocal", () => {
  it.each([
    ["http://localhost/", true],
    ["http://127.0.0.1:80/", true],
    ["http://[::1]:80/", true],
    ["http://localhost.evil.com/", false],
    ["http://128.0.0.1/", false],
    ["http://192.168.0.1/", false],
  ])("%s: %s", (url, local) => expect(isLocal(new URL(url))).toBe(local));
});

it("shownUrl shows no query", () => {
  expect(shownUrl("https://h/a?b=c?d\ne")).toBe("https://h/a?…");
  expect(shownUrl("https://h/a")).toBe("https://h/a");
});
