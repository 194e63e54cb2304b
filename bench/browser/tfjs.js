// The page's half of TensorFlow.js: the same extraction and the same training, as its users write them. Needs the files
// of work.ts under /work/ and WASM files under /tfjs/.
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";

/** @returns what it computes with, in words */
export async function open({ backend, threads }) {
  const device = await backends[backend](threads);
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js has no ${backend} here`);
  await tf.ready();
  return `${tf.version_core}, ${device()}`;
}

const backends = {
  wasm: async (threads) => {
    const { getThreadsCount, setThreadsCount, setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
    setWasmPaths("/tfjs/");
    if (threads !== undefined) {
      // It never takes more than half of what it finds here.
      Object.defineProperty(navigator, "hardwareConcurrency", { value: 2 * threads });
      setThreadsCount(threads);
    }
    return () => `threads: ${getThreadsCount()}`;
  },
  webgpu: async () => {
    await import("@tensorflow/tfjs-backend-webgpu");
    return () => "webgpu";
  },
};

/** @returns a function that takes the first photos to their features [batch, width] */
export async function extraction({ batch }) {
  const [layers, weights, all] = await Promise.all([
    read("layers.json", "json"),
    read("layers.bin").then((buffer) => new Float32Array(buffer)),
    read("pixels-nhwc.bin").then((buffer) => new Float32Array(buffer)),
  ]);
  const stored = ({ start, shape }) => tf.tensor(weights.slice(start, start + sizeOf(shape)), shape);
  const steps = layers.map((layer) =>
    layer.filter ? { ...layer, filter: stored(layer.filter), bias: stored(layer.bias) } : layer,
  );
  const shape = [batch, 224, 224, 3];
  const pixels = all.slice(0, sizeOf(shape));
  return async () => {
    const features = tf.tidy(() => network(steps, tf.tensor4d(pixels, shape)));
    const data = await features.data();
    features.dispose();
    return data;
  };
}

function network(layers, photos) {
  const values = [photos];
  for (const { kind, inputs, filter, bias, stride, activation } of layers) {
    const [x, y] = inputs.map((place) => values[place]);
    const convolution = { x, filter, bias, activation, strides: stride, pad: "same" };
    if (kind === "add") values.push(tf.add(x, y));
    else if (kind === "mean") values.push(tf.mean(x, [1, 2]));
    else values.push(tf.fused[kind](convolution));
  }
  return values.at(-1);
}

/** @returns a function that takes all steps from the start and gives their losses */
export async function training() {
  const { photos, features, classes, batch, steps, lr, momentum } = await read("head.json", "json");
  const x = tf.tensor2d(new Float32Array(await read("features.bin")), [photos, features]);
  const labels = tf.tensor1d(new Int32Array(await read("labels.bin")), "int32");
  const y = tf.cast(tf.oneHot(labels, classes), "float32");
  const order = new Int32Array(await read("order.bin"));
  return async () => {
    const weight = tf.variable(tf.zeros([features, classes]));
    const bias = tf.variable(tf.zeros([classes]));
    const optimizer = tf.train.momentum(lr, momentum);
    const losses = [];
    for (let step = 0; step < steps; step++) {
      const cost = optimizer.minimize(
        () => {
          const rows = tf.tensor1d(order.subarray(step * batch, (step + 1) * batch), "int32");
          const logits = tf.add(tf.matMul(tf.gather(x, rows), weight), bias);
          return tf.losses.softmaxCrossEntropy(tf.gather(y, rows), logits);
        },
        true,
        [weight, bias],
      );
      losses.push(cost);
    }
    const stacked = tf.stack(losses);
    const data = await stacked.data();
    tf.dispose([losses, stacked, weight, bias]);
    optimizer.dispose();
    return data;
  };
}

const read = async (file, form = "arrayBuffer") => (await fetch(`/work/${file}`))[form]();
const sizeOf = (shape) => shape.reduce((product, n) => product * n, 1);
