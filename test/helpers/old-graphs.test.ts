import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { decodeModel } from "../../src/onnx/proto.js";
import { stream } from "../../src/random.js";
import { createNodeRuntime } from "../../src/runtime/node.js";
import { float32, sizeOf } from "../../src/tensor.js";
import { oldGraphs } from "./old-graphs.js";
import { describePython, runPython } from "./python.js";
import { temporaryFolder } from "./temporary.js";

const files = Object.entries(oldGraphs);

describe.each(files)("%s", (name, { file, opset, classes }) => {
  it("says its opset, runs, and tells images apart", async () => {
    const bytes = file();
    const { graph, opset_import } = decodeModel(bytes, name);
    expect(opset_import.find(({ domain }) => !domain)?.version).toMatchObject({ low: opset });
    const image = graph!.input[0]!;
    const dims = image.type!.tensor_type!.shape!.dim.map(({ dim_value }) =>
      Number((dim_value as { low: number })?.low),
    );
    const shape = [1, ...dims.slice(1)];
    const session = await createNodeRuntime().createSession(bytes, name, { device: "cpu", threads: 1 });
    const answers = [];
    for (const seed of [1, 2]) {
      const drawn = stream(seed);
      const brightness = drawn.next();
      const pixels = Float32Array.from({ length: sizeOf(shape) }, () => brightness + drawn.next());
      const [logits] = Object.values(await session.run({ [image.name!]: float32(shape, pixels) }));
      expect(sizeOf(logits!.shape)).toBe(classes);
      answers.push(logits!.data);
    }
    await session.release();
    expect(answers[0]).not.toEqual(answers[1]);
    expect(Array.from(answers[0] as Float32Array).every(Number.isFinite)).toBe(true);
  });

  it("is the same at every call", () => {
    expect(Buffer.compare(file(), file())).toBe(0);
  });
});

describePython("in the eyes of onnx", ["onnx"], () => {
  const folder = temporaryFolder();

  it("all are valid models", () => {
    const paths = files.map(([name, { file }]) => {
      const path = join(folder, `${name}.onnx`);
      writeFileSync(path, file());
      return path;
    });
    const script = new URL("../onnx/check_model.py", import.meta.url);
    expect(
      runPython(script, ...paths)
        .trim()
        .split("\n"),
    ).toHaveLength(files.length);
  });
});
