// What passes over graphs run them with: a session made for one run.
import type { Evaluate } from "../../../onnx/evaluate.js";
import { writeModel } from "../../../onnx/write.js";
import type { Runtime, SessionOptions } from "../../../runtime/session.js";

/** @param source names the model in errors. */
export const evaluatorOf =
  (runtime: Runtime, source: string, options: SessionOptions): Evaluate =>
  async (model, feeds) => {
    const session = await runtime.createSession(writeModel(model), source, { ...options, once: true });
    try {
      return await session.run(feeds);
    } finally {
      await session.release();
    }
  };
