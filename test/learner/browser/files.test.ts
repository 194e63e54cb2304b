import { describe, expect, it } from "vitest";
import { browserFiles } from "../../../src/learner/browser/files.js";
import { filesAt, startServer } from "../../helpers/model-server.js";
import { refusal } from "../../helpers/refusal.js";

const settings = { stallTimeout: 1000, attempts: 1, pause: 1 };
const served = filesAt({
  "/app/models/pets/onnx/model.onnx": "network",
  "/app/models/pets/onnx/model.onnx_data": "weights",
  "/app/models/pets/config.json": "{}",
});

async function open() {
  const { url } = await startServer((request, response, turn) => {
    if (request.url!.endsWith("index.json")) response.writeHead(200, { "content-type": "text/html" }).end("<html>");
    else served(request, response, turn);
  });
  return browserFiles(`${url}/app/index.html`, settings);
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe("browserFiles", () => {
  it("takes a path without an extension for a folder, and a name without a slash for neither", async () => {
    const files = await open();
    const paths = ["models/pets", "models/pets/", "/app/models/pets/", "models/pets/onnx/model.onnx", "resnet34", ""];
    const kinds = ["directory", "directory", "directory", "file", undefined, undefined];
    expect(await Promise.all(paths.map((path) => files.kind(path)))).toEqual(kinds);
  });

  it("asks the server whether there is a file beside a model; a web page is none", async () => {
    const files = await open();
    const paths = [
      "models/pets/config.json",
      "models/pets/none.json",
      "models/pets/index.json",
      "http://localhost:1/a.json",
    ];
    expect(await Promise.all(paths.map((path) => files.kind(path)))).toEqual(["file", undefined, undefined, undefined]);
  });

  it("reads relative to the page, and beside a model", async () => {
    const files = await open();
    expect(text(await files.read("models/pets/onnx/model.onnx"))).toBe("network");
    expect(text(await files.read("/app/models/pets/config.json"))).toBe("{}");
    expect(text(await files.readBeside("models/pets/onnx/model.onnx", "model.onnx_data"))).toBe("weights");
    const outside = () => files.readBeside("models/pets/onnx/model.onnx", "../config.json");
    await refusal(outside, "invalid-model", "its data file ../config.json is outside its folder");
  });

  it("says why it cannot read, and what a model can be", async () => {
    const files = await open();
    const { details, message } = await refusal(() => files.read("models/none.onnx"), "file-access");
    expect(details).toEqual({ path: "models/none.onnx", operation: "read" });
    expect(message).toBe(
      "Cannot read models/none.onnx: the server answers 404 (there is no such file). A path is an address on the page's " +
        "own server, of an .onnx file or a folder that exportOnnx made. A model may also be a name that regraft knows, an " +
        "https:// address, hf:owner/name, or bytes: those of a File are `new Uint8Array(await file.arrayBuffer())`.",
    );
  });

  it("refuses to write", async () => {
    const files = await open();
    const call = () => files.writeFolder("pets", new Map());
    const { details } = await refusal(call, "file-access", "Cannot write pets", "downloads");
    expect(details).toEqual({ path: "pets", operation: "write" });
  });
});
