// Convolutions on the CPU: forward, the gradient by the image, and the gradient by the weights in either of its forms,
// of which the rule takes the one marked. Usage: npx tsx bench/conv-gradients.ts [samples in a batch] [part of a name]
import { cpus } from "node:os";
import { createOps } from "../src/onnx/builder.js";
import { graphOf } from "../src/onnx/graph.js";
import { targetOpset } from "../src/onnx/schema.js";
import type { TypedValue } from "../src/onnx/shapes/dims.js";
import { writeModel } from "../src/onnx/write.js";
import { stream } from "../src/random.js";
import { createNodeRuntime } from "../src/runtime/node.js";
import { float32, sizeOf } from "../src/tensor.js";
import { Conv } from "../src/training-graph/gradients/conv.js";
import { byChannel, byPosition } from "../src/training-graph/gradients/convolution.js";
import { windowOf } from "../src/training-graph/gradients/window.js";

interface Layer {
  readonly name: string;
  readonly channels: number;
  readonly filters: number;
  readonly size: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly group?: number;
}

const layers: readonly Layer[] = [
  { name: "ResNet34, stage 1", channels: 64, filters: 64, size: 56, kernel: 3 },
  { name: "ResNet34, stage 2", channels: 128, filters: 128, size: 28, kernel: 3 },
  { name: "ResNet34, stage 3", channels: 256, filters: 256, size: 14, kernel: 3 },
  { name: "ResNet34, stage 4", channels: 512, filters: 512, size: 7, kernel: 3 },
  { name: "ResNet34, into stage 4", channels: 256, filters: 512, size: 14, kernel: 3, stride: 2 },
  { name: "ResNet34, first layer", channels: 3, filters: 64, size: 224, kernel: 7, stride: 2 },
  { name: "ResNet50, 1×1", channels: 64, filters: 256, size: 56, kernel: 1 },
  { name: "ResNet50, 1×1", channels: 256, filters: 1024, size: 14, kernel: 1 },
  { name: "ResNet50, 1×1 shortcut", channels: 256, filters: 512, size: 56, kernel: 1, stride: 2 },
  { name: "MobileNetV2, depthwise", channels: 96, filters: 96, size: 112, kernel: 3, stride: 2, group: 96 },
  { name: "MobileNetV2, depthwise", channels: 144, filters: 144, size: 56, kernel: 3, group: 144 },
  { name: "EfficientNet, depthwise", channels: 672, filters: 672, size: 14, kernel: 5, group: 672 },
  { name: "ConvNeXt, depthwise", channels: 384, filters: 384, size: 14, kernel: 7, group: 384 },
  { name: "ConvNeXt, first layer", channels: 3, filters: 96, size: 224, kernel: 4, stride: 4 },
  { name: "8 groups", channels: 256, filters: 256, size: 14, kernel: 3, group: 8 },
  { name: "32 groups", channels: 256, filters: 256, size: 14, kernel: 3, group: 32 },
];

const [samples = "8", pattern = ""] = process.argv.slice(2);
const batch = Number(samples);
const runtime = createNodeRuntime();
const from = stream(1, "bench");
const drawn = (length: number) => Float32Array.from({ length }, () => from.next() - 0.5);

/** Best of the runs of a second, in milliseconds. */
async function measure(value: TypedValue, inputs: readonly TypedValue[]): Promise<number> {
  const graph = graphOf("bench", inputs, [value]);
  const bytes = writeModel({ graph, opsets: { "": targetOpset }, metadata: {} });
  const session = await runtime.createSession(bytes, "the bench", { device: "cpu" });
  const feeds = Object.fromEntries(
    inputs.map(({ name, shape }) => {
      const sizes = shape.map((size) => (typeof size === "number" ? size : batch));
      return [name, float32(sizes, drawn(sizeOf(sizes)))];
    }),
  );
  let best = Number.POSITIVE_INFINITY;
  const started = performance.now();
  do {
    const before = performance.now();
    await session.run(feeds);
    best = Math.min(best, performance.now() - before);
  } while (performance.now() - started < 1000);
  await session.release();
  return best;
}

console.log(
  `${cpus()[0]?.model}, ${cpus().length} cores; batch ${batch}; milliseconds, and billions of operations a second`,
);
for (const layer of layers.filter(({ name }) => name.includes(pattern))) {
  const { name, channels, filters, size, kernel, stride = 1, group = 1 } = layer;
  const op = createOps();
  const input = (name: string, ...shape: (number | string)[]): TypedValue => ({ name, dtype: "float32", shape });
  const X = input("X", "batch", channels, size, size);
  const W = input("W", filters, channels / group, kernel, kernel);
  const pad = stride === kernel ? 0 : Math.floor(kernel / 2);
  const attributes = {
    group,
    strides: [stride, stride],
    pads: [pad, pad, pad, pad],
    dilations: undefined,
    kernel_shape: undefined,
  };
  const Y = op.Conv(X, W, undefined, attributes);
  const dY = input("dY", ...(Y.shape as (number | string)[]));
  const scope = { op, X, W, B: undefined, Y, dY, attributes };
  const parts = { op, X, W, dY, window: windowOf(attributes, [kernel, kernel]), group };
  const chosen = Conv.W!(scope, 1);
  const [first, second] = [byPosition(parts), byChannel(parts)];
  const forms: [string, TypedValue, TypedValue[]][] = [
    ["Y", Y, [X, W]],
    ["dX", Conv.X!(scope, 0), [dY, W]],
    [`dW by position${chosen === first ? "*" : ""}`, first, [X, dY]],
    [`dW by channel${chosen === second ? "*" : ""}`, second, [X, dY]],
  ];
  const operations = 2 * batch * sizeOf(W.shape as number[]) * sizeOf(Y.shape.slice(2) as number[]);
  const cells: string[] = [];
  for (const [form, value, inputs] of forms) {
    const best = await measure(value, inputs);
    cells.push(`${form} ${best.toFixed(1)} (${Math.round(operations / best / 1e6)})`);
  }
  console.log(
    `${name}, ${channels}→${filters} @${size}², ${kernel}×${kernel}/${stride}, ${group} groups:  ${cells.join("   ")}`,
  );
}
