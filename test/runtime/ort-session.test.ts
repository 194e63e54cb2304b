import { Tensor as RuntimeTensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { isRegraftError, RegraftError } from "../../src/errors.js";
import {
  type Access,
  hostTensor,
  type OnnxRuntime,
  ownError,
  plainAccess,
  runtimeFailed,
  uploaded,
  wordsOf,
  wrapSession,
} from "../../src/runtime/ort-session.js";
import type { DeviceTensor } from "../../src/runtime/session.js";
import { float32, int32 } from "../../src/tensor.js";
import { refusal } from "../helpers/refusal.js";

const runtime = { Tensor: RuntimeTensor } as unknown as OnnxRuntime;

type Fed = Readonly<Record<string, RuntimeTensor>>;
type Native = Parameters<typeof wrapSession>[1];

/** A session of the runtime that answers so, and notes what it is given. */
function nativeSession(run: (feeds: Fed) => Promise<Fed> | Fed) {
  const given: Fed[] = [];
  let released = 0;
  const native = {
    inputNames: ["x"],
    outputNames: ["y", "list"],
    outputMetadata: [
      { name: "y", isTensor: true, type: "float32", shape: ["batch", 2] },
      { name: "list", isTensor: false },
    ],
    run: async (feeds: Fed) => {
      given.push(feeds);
      return run(feeds);
    },
    release: async () => void released++,
  };
  return { native: native as unknown as Native, given, released: () => released };
}

/** A tensor in the memory of a GPU that is none: what is asked of it is counted. */
function onGpu(
  values: readonly number[],
  download: () => Promise<Float32Array> = async () => Float32Array.from(values),
) {
  const counts = { downloads: 0, disposals: 0 };
  const tensor = RuntimeTensor.fromGpuBuffer({} as never, {
    dataType: "float32",
    dims: [values.length],
    download: () => {
      counts.downloads++;
      return download();
    },
    dispose: () => void counts.disposals++,
  });
  return { tensor, counts };
}

const one = float32([1], [1]);

describe("wrapSession", () => {
  it("tells the names, and the shapes as far as they are known", async () => {
    const { native, released } = nativeSession(() => ({}));
    const session = wrapSession(runtime, native, "a classifier");
    expect(session).toMatchObject({ inputNames: ["x"], outputNames: ["y", "list"], outputShapes: [["batch", 2], []] });
    await session.release();
    expect(released()).toBe(1);
  });

  it("hands tensors over and back as they are", async () => {
    const { native, given } = nativeSession(({ x }) => ({
      y: x!,
      n: new RuntimeTensor("int32", Int32Array.of(7, 8), [2, 1]),
    }));
    const outputs = await wrapSession(runtime, native, "a classifier").run({ x: float32([1, 2], [3, 4]) });
    expect(given[0]!.x).toMatchObject({ type: "float32", dims: [1, 2], location: "cpu" });
    expect(outputs).toEqual({ y: float32([1, 2], [3, 4]), n: int32([2, 1], [7, 8]) });
  });

  it("says which model failed, and why", async () => {
    const cause = new Error("shapes differ");
    const { native } = nativeSession(() => Promise.reject(cause));
    const session = wrapSession(runtime, native, "a classifier");
    for (const call of [session.run, session.runOnDevice]) {
      const error = await refusal(() => call({ x: one }), "runtime-failed");
      expect(error.message).toBe("ONNX Runtime could not run a classifier: shapes differ.");
      expect(error).toMatchObject({ details: { operation: "run a classifier" }, cause });
    }
  });

  it("leaves it to the way to the device what a failure becomes", async () => {
    const cause = new Error("no device");
    const access: Access = {
      attempt: async (operation, work) => {
        try {
          return await work();
        } catch (cause) {
          throw new RegraftError("device-lost", { device: "webgpu", reason: operation }, "It was lost.", { cause });
        }
      },
      isLost: () => false,
    };
    const { native } = nativeSession(() => Promise.reject(cause));
    const { details } = await refusal(() => wrapSession(runtime, native, "it", access).run({ x: one }), "device-lost");
    expect(details.reason).toBe("run it");

    const { tensor } = onGpu([1], () => Promise.reject(cause));
    const { y } = await wrapSession(runtime, nativeSession(() => ({ y: tensor })).native, "it", access).runOnDevice({});
    const error = await refusal(() => y!.read(), "device-lost");
    expect(error).toMatchObject({ details: { reason: "read a tensor from the device" }, cause });
  });

  it("gives nothing back to a device that is gone", async () => {
    let isLost = false;
    const { tensor, counts } = onGpu([1]);
    const { native, released } = nativeSession(() => ({ y: tensor }));
    const session = wrapSession(runtime, native, "it", { ...plainAccess, isLost: () => isLost });
    const { y } = await session.runOnDevice({});
    isLost = true;
    y!.release();
    await session.release();
    expect([counts.disposals, released()]).toEqual([0, 0]);
  });
});

describe("runOnDevice", () => {
  it("leaves outputs on the device until they are read, and gives their memory back once", async () => {
    const { tensor, counts } = onGpu([5, 6]);
    const { native } = nativeSession(() => ({ y: tensor }));
    const { y } = await wrapSession(runtime, native, "it").runOnDevice({});
    expect(y).toMatchObject({ dtype: "float32", shape: [2] });
    expect(counts).toEqual({ downloads: 0, disposals: 0 });
    expect(await y!.read()).toEqual(float32([2], [5, 6]));
    expect(await y!.read()).toEqual(float32([2], [5, 6]));
    expect(counts).toEqual({ downloads: 1, disposals: 0 });
    y!.release();
    expect(counts).toEqual({ downloads: 1, disposals: 1 });
  });

  it("gives back what was never read", async () => {
    const { tensor, counts } = onGpu([5]);
    const { y } = await wrapSession(runtime, nativeSession(() => ({ y: tensor })).native, "it").runOnDevice({});
    y!.release();
    expect(counts).toEqual({ downloads: 0, disposals: 1 });
  });

  it("takes what is on the device as it lies there, beside what comes from the host", async () => {
    const { tensor } = onGpu([5]);
    const { y } = await wrapSession(runtime, nativeSession(() => ({ y: tensor })).native, "it").runOnDevice({});
    const brought = hostTensor(runtime, one);
    const { native, given } = nativeSession(() => ({}));
    const session = wrapSession(runtime, native, "it");
    const feeds = { output: y!, brought: uploaded(one, brought), host: one };
    await session.runOnDevice(feeds);
    await session.run(feeds);
    for (const fed of given) {
      expect(fed.output).toBe(tensor);
      expect(fed.brought).toBe(brought);
      expect(fed.host).toMatchObject({ dims: [1], location: "cpu" });
    }
    expect(given).toHaveLength(2);
  });

  it("gives outputs that are on the host anyway, and leaves them to who holds them", async () => {
    const { native } = nativeSession(() => ({ y: new RuntimeTensor("int32", Int32Array.of(7), [1]) }));
    const { y } = await wrapSession(runtime, native, "it").runOnDevice({});
    const read = await y!.read();
    y!.release();
    expect(read).toEqual(int32([1], [7]));
    expect(await y!.read()).toEqual(read);
  });

  it("takes no tensor of another runtime", async () => {
    const { native, given } = nativeSession(() => ({}));
    const foreign: DeviceTensor = { dtype: "float32", shape: [1], read: async () => one, release: () => {} };
    await expect(wrapSession(runtime, native, "it").run({ x: foreign })).rejects.toThrow("made by this runtime");
    expect(given).toEqual([]);
  });
});

describe("uploaded", () => {
  it("is read without the device, and gives its memory there back", async () => {
    const { tensor, counts } = onGpu([1]);
    const there = uploaded(one, tensor);
    expect(there).toMatchObject({ dtype: "float32", shape: [1] });
    expect(await there.read()).toBe(one);
    there.release();
    expect(counts).toEqual({ downloads: 0, disposals: 1 });
  });
});

describe("ownError", () => {
  it("leaves an error of ours as it is", () => {
    const own = runtimeFailed("load it", "why");
    expect(ownError("run it", own)).toBe(own);
    expect(ownError("run it", "why").message).toBe("ONNX Runtime could not run it: why.");
  });
});

describe("runtimeFailed", () => {
  it.each([
    [new Error(" no kernel\n"), "no kernel."],
    [new Error("no kernel."), "no kernel."],
    [new Error("what?"), "what?"],
    ["no kernel…", "no kernel…"],
    [undefined, "undefined."],
  ])("is a sentence for %s", (cause, words) => {
    const error = runtimeFailed("load it", cause);
    expect(isRegraftError(error, "runtime-failed")).toBe(true);
    expect(error.message).toBe(`ONNX Runtime could not load it: ${words}`);
    expect(error.cause).toBe(cause);
  });

  it.each([
    "std::bad_alloc",
    "Failed to allocate memory for requested buffer of size 5.",
    "RangeError: Out of memory",
    "Array buffer allocation failed",
    "Tile output tensor would require more than 4294967295 bytes, which exceeds the supported maximum of 4294967295 bytes.",
  ])("tells a person what %s means, and what to do", (words) => {
    expect(runtimeFailed("run it", new Error(words)).message).toBe(
      `ONNX Runtime could not run it: it takes more memory than there is (${words.replace(/\.$/, "")}). Choose a smaller ` +
        "microBatch or batchSize, smaller photos, or a smaller network.",
    );
  });

  it("cuts short what the runtime quotes at length", () => {
    const words = wordsOf(new Error("x".repeat(601)));
    expect(words).toBe(`${"x".repeat(600)}…`);
    expect(wordsOf("x".repeat(600))).toBe("x".repeat(600));
    expect(runtimeFailed("load it", words).message.endsWith("x…")).toBe(true);
  });
});
