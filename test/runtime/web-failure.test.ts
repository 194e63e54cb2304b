import { afterEach, describe, expect, it, vi } from "vitest";
import { isNotStarted, notFound, notStarted } from "../../src/runtime/web-failure.js";
import { type Answer, startServer } from "../helpers/model-server.js";

afterEach(() => {
  vi.restoreAllMocks();
});

const said = (words: string): Error =>
  new Error(
    `no available backend found. ERR: [wasm] RuntimeError: Aborted(${words}). Build with -sASSERTIONS for more info.`,
  );
const serve = (where: string): string =>
  `Serve the .wasm files of onnxruntime-web's dist/ ${where}, as application/wasm, or say with the option wasmPaths ` +
  "where they are.";
const begin = "ONNX Runtime's WebAssembly could not be started: ";

/** The message where the runtime has asked a server, that answers so, for its file. */
async function messageAt(answer: Answer): Promise<string> {
  const { url } = await startServer(answer);
  const file = `${url}/ort.wasm`;
  // A browser keeps account of what was fetched.
  const entries = [`${url}/ort.mjs`, file, `${url}/photo.png`].map((name) => ({ name }) as PerformanceEntry);
  vi.spyOn(performance, "getEntriesByType").mockReturnValue(entries);
  const { message } = await notStarted(said("CompileError: bad"), undefined);
  return message.replace(file, "ort.wasm");
}

describe("isNotStarted", () => {
  it("tells a runtime that never began from a model that it refuses", () => {
    expect(isNotStarted(said("CompileError: bad"))).toBe(true);
    expect(isNotStarted(new Error("no kernel"))).toBe(false);
  });
});

describe("notStarted", () => {
  it("asks the server once more for what was wrong", async () => {
    const where = serve("where its JavaScript is");
    expect(await messageAt((_, response) => response.writeHead(404).end())).toBe(
      `${begin}the server answers with status 404 for ort.wasm. ${where}`,
    );
    const page: Answer = (_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<html>");
    expect(await messageAt(page)).toBe(`${begin}the server gives a web page instead of ort.wasm. ${where}`);
    expect(await messageAt((_, response) => response.end("junk"))).toBe(
      `${begin}ort.wasm is damaged (CompileError: bad). ${where}`,
    );
    expect(await messageAt((_, response) => void response.destroy())).toBe(
      `${begin}ort.wasm cannot be fetched (CompileError: bad). ${where}`,
    );
  });

  it("gives the runtime's words where it asked for nothing, and says where the caller wants its files", async () => {
    vi.spyOn(performance, "getEntriesByType").mockReturnValue([]);
    const cause = said("out of memory");
    const error = await notStarted(cause, "https://a.example/ort/");
    expect(error).toMatchObject({ code: "device-unavailable", details: { device: "wasm", available: [] }, cause });
    expect(error.message).toBe(`${begin}out of memory. ${serve("in https://a.example/ort/")}`);
  });

  it("knows what a Content-Security-Policy has to allow", async () => {
    const { message } = await notStarted(
      said("CompileError: violates the Content Security policy directive"),
      undefined,
    );
    expect(message).toBe(
      `${begin}the Content-Security-Policy that is sent with the worker's script forbids it. Add 'wasm-unsafe-eval' to ` +
        "its script-src.",
    );
  });
});

describe("notFound", () => {
  it("names the file that was tried", () => {
    const cause = new Error("no such module");
    const error = notFound("https://a.example/ort.mjs", cause);
    expect(error).toMatchObject({ code: "device-unavailable", details: { device: "wasm", available: [] }, cause });
    expect(error.message).toBe(
      "ONNX Runtime's JavaScript could not be loaded: there is no package onnxruntime-web, and https://a.example/ort.mjs " +
        "is missing or no script. Install onnxruntime-web, or say with the option wasmPaths where the files of its dist/ " +
        "are served.",
    );
  });
});
