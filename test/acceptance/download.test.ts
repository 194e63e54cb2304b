// Downloads as users get them: the built command line and its worker, against a server that this test runs.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, it } from "vitest";
import { writeModel } from "../../src/onnx/write.js";
import { lastLine } from "../helpers/cli-here.js";
import { type Answer, sendFile, startServer } from "../helpers/model-server.js";
import { copyFew } from "../helpers/photos.js";
import { runCli } from "../helpers/run-cli.js";
import { temporaryFolder } from "../helpers/temporary.js";
import { tinyModel } from "../helpers/tiny-network.js";

const home = temporaryFolder();
const photos = copyFew(join(home, "photos"), { classes: ["bag", "coat"], train: 6, valid: 2 });
// Six numbers, and a note that takes a while to come.
const model = writeModel({ ...tinyModel({ size: 8 }), metadata: { note: "x".repeat(4_000_000) } });
const half = 2_000_000;

let caches = 0;
let cache = "";
beforeEach(() => {
  cache = join(home, `cache-${caches++}`);
  process.env.REGRAFT_CACHE = cache;
});

const giveOr =
  (otherwise: Answer): Answer =>
  (request, response, turn) => {
    if (request.url !== "/tiny.onnx") response.writeHead(404).end();
    else if (request.headers.range) sendFile(request, response, model);
    else otherwise(request, response, turn);
  };

const whole = giveOr((request, response) => sendFile(request, response, model));

/** Half of the model, and then nothing more. */
const halting = giveOr((_, response) => {
  response.writeHead(200, { "content-length": model.length, etag: '"1"' });
  response.write(model.subarray(0, half));
});

const cached = (): string[] =>
  existsSync(cache)
    ? readdirSync(cache, { recursive: true, encoding: "utf8" }).filter((path) => /tiny/.test(path))
    : [];

/** Starts to inspect the model; by when half of it has come. */
async function halfWay(url: string): Promise<ChildProcess> {
  const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
  const child = spawn(process.execPath, [cli, "inspect", url], { stdio: "ignore" });
  const isHalf = () => cached().some((path) => path.endsWith("data") && statSync(join(cache, path)).size === half);
  while (!isHalf()) await setTimeout(20);
  return child;
}

describe("the command line", () => {
  it("trains on a model from elsewhere, in the worker, and has it the next time", async () => {
    const server = await startServer(whole);
    const url = `${server.url}/tiny.onnx`;
    const args = ["train", photos, "--model", url, "--epochs", "20", "--lr", "0.01", "--json"];
    const first = await runCli([...args, "--out", join(home, "one")]);
    expect(first.stderr).toMatch(new RegExp(`^note: sha256 [0-9a-f]{64} of ${url} is remembered`, "m"));
    expect(lastLine(first.stdout)).toMatchObject({ model: url, out: join(home, "one") });
    expect(first.code).toBe(0);
    await server.close();
    const second = await runCli([...args, "--out", join(home, "two")]);
    expect(second.stderr).not.toContain("note:");
    expect(lastLine(second.stdout).accuracy).toBe(lastLine(first.stdout).accuracy);
  });

  it.each(["SIGINT", "SIGKILL"] as const)("goes on where %s has ended it", async (signal) => {
    const server = await startServer(halting);
    const url = `${server.url}/tiny.onnx`;
    const child = await halfWay(url);
    const begun = performance.now();
    child.kill(signal);
    await once(child, "exit");
    expect(performance.now() - begun).toBeLessThan(500);
    expect(child.exitCode ?? child.signalCode).toBe(signal === "SIGINT" ? 130 : signal);
    const { code } = await runCli(["inspect", url]);
    expect(code).toBe(0);
    expect(server.ranges().filter((range) => range !== undefined)).toEqual([`bytes=${half}-`]);
    expect(
      cached()
        .map((path) => path.replace(/^.*?tiny/, "tiny"))
        .toSorted(),
    ).toEqual(["tiny.onnx", "tiny.onnx.sha256"]);
  });

  it("may be at it twice at once", async () => {
    const server = await startServer(whole);
    const url = `${server.url}/tiny.onnx`;
    const both = await Promise.all([runCli(["inspect", url]), runCli(["inspect", url])]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(
      cached()
        .map((path) => path.replace(/^.*?tiny/, "tiny"))
        .toSorted(),
    ).toEqual(["tiny.onnx", "tiny.onnx.sha256"]);
    expect((await runCli(["inspect", url])).stderr).toBe("");
  });

  it("says what to do where there is no network", async () => {
    process.env.REGRAFT_OFFLINE = "1";
    const { code, stderr } = await runCli(["inspect", "resnet34"]);
    delete process.env.REGRAFT_OFFLINE;
    expect(code).toBe(1);
    for (const part of ["REGRAFT_OFFLINE", "Kalray/resnet34/resolve/82a2f461", "87.2 MB", "4fd7eb8b", cache])
      expect(stderr).toContain(part);
    expect(stderr).toMatch(/\[download-failed\]$/m);
  });
});
