// ResNet34 (He et al., 2015) at its real size with seeded weights, as torchvision's export or the Model Zoo's MXNet files
// spell it; narrower and shallower where asked.
import { type NodeOptions, type Writer, writeFile } from "./graph-writer.js";

export interface ResnetOptions {
  readonly seed: number;
  /** "torchvision": opset 17, its parameter names. "mxnet": opset 8, IR 3, weights listed as inputs, `spatial`. */
  readonly style: "torchvision" | "mxnet";
  /** False: folded into the convolutions, which then have biases. */
  readonly batchNorm: boolean;
  readonly widths?: readonly number[];
  readonly blocks?: readonly number[];
  readonly classes?: number;
  /** Pixels. */
  readonly size?: number;
  /** A size or a symbol; default: "batch", in MXNet's files "N". */
  readonly batch?: number | string;
  readonly opset?: number;
}

/** Parameters of the real size, running statistics not counted. */
export const RESNET34_PARAMETERS = 21_797_672;

/** A ResNet of basic blocks as an ONNX file, from `input` (MXNet: `data`) to raw logits. */
export function resnet34({
  seed,
  style,
  batchNorm,
  widths = [64, 128, 256, 512],
  blocks = [3, 4, 6, 3],
  classes = 1000,
  size = 224,
  batch = style === "mxnet" ? "N" : "batch",
  opset = style === "mxnet" ? 8 : 17,
}: ResnetOptions): Uint8Array {
  const mxnet = style === "mxnet";
  const file = mxnet ? { irVersion: 3, weightsAreInputs: true } : { irVersion: 8, producer: "pytorch" };
  const image = [mxnet ? "data" : "input", batch, 3, size, size] as const;
  return writeFile({ seed, opset, image, ...file }, (writer, input) => {
    const layers = basicLayers(writer, mxnet ? mxnetNames("resnetv16") : torchvisionNames, batchNorm, mxnet);
    const { named } = layers;
    const stem = layers.convolution("conv1", 0, input, [widths[0]!, 3, 7, 7], 2);
    const active = writer.node("Relu", [stem], {}, named("relu", "relu", 0));
    const pool = { kernel_shape: [3, 3], pads: [1, 1, 1, 1], strides: [2, 2] };
    let x = writer.node("MaxPool", [active], pool, named("maxpool", "pool", 0));
    let inputs = widths[0]!;
    for (const [stage, width] of widths.entries()) {
      for (let block = 0; block < blocks[stage]!; block++) {
        const stride = stage > 0 && block === 0 ? 2 : 1;
        x = layers.block(`layer${stage + 1}.${block}`, stage + 1, x, inputs, width, stride);
        inputs = width;
      }
    }
    const pooled = writer.node("GlobalAveragePool", [x], {}, named("avgpool", "pool", 0));
    const features = writer.node("Flatten", [pooled], { axis: 1 }, named("flatten", "flatten", 0));
    const fc = named("fc", "dense", 0);
    const weight = writer.weight(fc.parameter("weight"), [classes, inputs]);
    const bias = writer.uniform(fc.parameter("bias"), [classes], -0.1, 0.1);
    const scalars = { alpha: { float: 1 }, beta: { float: 1 }, transB: 1 };
    const logits = { name: fc.name, outputs: [mxnet ? fc.name : "output"] };
    return [[writer.node("Gemm", [features, weight, bias], scalars, logits), batch, classes]];
  });
}

/** A layer's node, its one output, and its parameters. */
export interface LayerNames extends NodeOptions {
  readonly name: string;
  parameter(key: "weight" | "bias" | "running_mean" | "running_var"): string;
}

/** By the layer's path in torchvision, or by its kind and stage in MXNet. */
type Names = (path: string, kind: string, stage: number) => LayerNames;

const torchvisionNames: Names = (path) => {
  const name = `/${path.replaceAll(".", "/")}`;
  return { name, outputs: [`${name}_output_0`], parameter: (key) => `${path}.${key}` };
};

/** Gluon counts the layers of a kind within each stage; 0 is outside of stages. */
export function mxnetNames(prefix: string): Names {
  const counts = new Map<string, number>();
  return (_, kind, stage) => {
    const group = `${prefix}_${stage > 0 ? `stage${stage}_` : ""}${kind}`;
    const count = counts.get(group) ?? 0;
    counts.set(group, count + 1);
    const name = `${group}${count}_fwd`;
    const normKeys: Record<string, string> = kind === "batchnorm" ? { weight: "gamma", bias: "beta" } : {};
    return { name, outputs: [name], parameter: (key) => `${group}${count}_${normKeys[key] ?? key}` };
  };
}

/** Layers of a ResNet. `spatial` is an attribute that BatchNormalization had before opset 9. */
export function basicLayers(writer: Writer, named: Names, batchNorm: boolean, spatial: boolean) {
  const normalise = (path: string, stage: number, x: string, channels: number, gain = 1): string => {
    const norm = named(path, "batchnorm", stage);
    const inputs = [
      writer.uniform(norm.parameter("weight"), [channels], 0.7 * gain, 1.3 * gain),
      writer.uniform(norm.parameter("bias"), [channels], -0.1, 0.1),
      writer.uniform(norm.parameter("running_mean"), [channels], -0.2, 0.2),
      writer.uniform(norm.parameter("running_var"), [channels], 0.7, 1.3),
    ];
    const attributes = { epsilon: { float: 1e-5 }, momentum: { float: 0.9 }, ...(spatial && { spatial: 1 }) };
    return writer.node("BatchNormalization", [x, ...inputs], attributes, norm);
  };

  /** With its batch-norm, or a bias; `gain` keeps the sum over many blocks from growing. */
  const convolution = (
    path: string,
    stage: number,
    x: string,
    [channels, inputs, kernel]: readonly [number, number, number, number],
    stride: number,
    gain = 1,
  ): string => {
    const layer = named(path, "conv", stage);
    const weight = writer.weight(layer.parameter("weight"), [channels, inputs, kernel, kernel], batchNorm ? 1 : gain);
    const attributes = convolutionAttributes(kernel, stride);
    if (!batchNorm) {
      const bias = writer.uniform(layer.parameter("bias"), [channels], -0.1, 0.1);
      return writer.node("Conv", [x, weight, bias], attributes, layer);
    }
    const norm = path.endsWith("downsample.0") ? path.replace(/0$/, "1") : path.replace("conv", "bn");
    return normalise(norm, stage, writer.node("Conv", [x, weight], attributes, layer), channels, gain);
  };

  const block = (path: string, stage: number, x: string, inputs: number, width: number, stride: number): string => {
    const first = convolution(`${path}.conv1`, stage, x, [width, inputs, 3, 3], stride);
    const active = writer.node("Relu", [first], {}, named(`${path}.relu`, "relu", stage));
    const second = convolution(`${path}.conv2`, stage, active, [width, width, 3, 3], 1, 0.3);
    const straight = stride === 1 && inputs === width;
    const shortcut = straight ? x : convolution(`${path}.downsample.0`, stage, x, [width, inputs, 1, 1], stride);
    const sum = writer.node("Add", [second, shortcut], {}, named(`${path}.add`, "_plus", stage));
    return writer.node("Relu", [sum], {}, named(`${path}.relu_1`, "activation", stage));
  };
  return { named, convolution, normalise, block };
}

/** Of a square convolution that keeps the size, but for its stride. */
export function convolutionAttributes(kernel: number, stride: number, group = 1) {
  const pad = (kernel - 1) / 2;
  return {
    dilations: [1, 1],
    group,
    kernel_shape: [kernel, kernel],
    pads: [pad, pad, pad, pad],
    strides: [stride, stride],
  };
}
