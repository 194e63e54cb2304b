// Sessions that run in a page: models and tensors go there and come back.
import { createOps } from "../../src/onnx/builder.js";
import { graphOf, type Model } from "../../src/onnx/graph.js";
import { writeModel } from "../../src/onnx/write.js";
import type { DeviceName } from "../../src/runtime/devices.js";
import type { Session } from "../../src/runtime/session.js";
import type { Tensor } from "../../src/tensor.js";
import { input, modelOf } from "../../src/training-graph/graph-edges.js";
import type { OpenedPage } from "./chromium.js";

/** A tensor as text: its bytes in base64. */
interface Sent {
  readonly name: string;
  readonly dtype: keyof typeof arrays;
  readonly shape: readonly number[];
  readonly bytes: string;
}

/** @returns a function that opens a model, as it is, on this device of the page. */
export async function pageSessions(
  { page, load }: OpenedPage,
  device: DeviceName,
): Promise<(model: Model, name: string) => Promise<Pick<Session, "run" | "release">>> {
  const runtime = await page.evaluateHandle(
    ({ createWebRuntime }) => createWebRuntime(),
    await load<typeof import("../../src/runtime/web.js")>("src/runtime/web.ts"),
  );
  const open = (model: Model, name: string) =>
    page.evaluateHandle(
      async ({ runtime, text, name, device }) =>
        runtime.createSession(
          Uint8Array.from(atob(text), (character) => character.charCodeAt(0)),
          name,
          { device },
        ),
      { runtime, text: Buffer.from(writeModel(model)).toString("base64"), name, device },
    );
  // With its last session the runtime forgets its shaders, whose compilation takes most of the time.
  await open(nothingMuch(), "a session that is kept open");
  return async (model, name) => {
    const session = await open(model, name);
    return {
      run: async (feeds) => {
        const sent = Object.entries(feeds).map(([name, feed]) => textOf(name, feed as Tensor));
        const outputs = await page.evaluate(
          async ({ session, sent }) => {
            const feeds = sent.map(({ name, dtype, shape, bytes }) => {
              const { buffer } = Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0));
              const data =
                dtype === "int32"
                  ? new Int32Array(buffer)
                  : dtype === "float32"
                    ? new Float32Array(buffer)
                    : new Uint8Array(buffer);
              return [name, { dtype, shape, data }] as const;
            });
            const outputs = await session.run(Object.fromEntries(feeds) as never);
            return Object.entries(outputs).map(([name, { dtype, shape, data }]) => {
              const { buffer, byteOffset, byteLength } = data as Float32Array;
              let bytes = "";
              // As many arguments as a call may have.
              for (let at = 0; at < byteLength; at += 4096) {
                const length = Math.min(4096, byteLength - at);
                bytes += String.fromCharCode(...new Uint8Array(buffer, byteOffset + at, length));
              }
              return { name, dtype: dtype as "float32", shape, bytes: btoa(bytes) };
            });
          },
          { session, sent },
        );
        return Object.fromEntries(outputs.map((output) => [output.name, tensorOf(output)]));
      },
      release: () => session.evaluate((session) => session.release()),
    };
  };
}

const arrays = { float32: Float32Array, int32: Int32Array, int64: BigInt64Array, uint8: Uint8Array, bool: Uint8Array };

function textOf(name: string, { dtype, shape, data }: Tensor): Sent {
  const { buffer, byteOffset, byteLength } = data as Float32Array;
  const bytes = Buffer.from(buffer, byteOffset, byteLength).toString("base64");
  return { name, dtype: dtype as Sent["dtype"], shape, bytes };
}

function tensorOf({ dtype, shape, bytes }: Sent): Tensor {
  const { buffer } = Uint8Array.from(Buffer.from(bytes, "base64"));
  return { dtype, shape, data: new arrays[dtype](buffer) } as Tensor;
}

function nothingMuch(): Model {
  const x = input("x", "float32", [1]);
  return modelOf(graphOf("exponential", [x], [createOps().Exp(x)]));
}
