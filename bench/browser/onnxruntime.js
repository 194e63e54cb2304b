// The page's half of plain onnxruntime-web, in regraft's place: the graphs that regraft makes, run as it runs them. Needs
// the runtime's files under /ort/ and the files of work.ts under /work/.

const runtimes = { wasm: () => import("onnxruntime-web/wasm"), webgpu: () => import("onnxruntime-web/webgpu") };
let ort;
let options;

/** @returns what it computes with, in words */
export async function open({ backend, threads }) {
  ort = await runtimes[backend]();
  ort.env.wasm.wasmPaths = "/ort/";
  ort.env.wasm.numThreads = threads ?? navigator.hardwareConcurrency;
  options = { executionProviders: [backend], logSeverityLevel: 3 };
  return `${ort.env.versions.web}, ${backend === "wasm" ? `threads: ${ort.env.wasm.numThreads}` : backend}`;
}

/** @returns a function that takes the first photos to their features [batch, width] */
export async function extraction({ batch }) {
  const session = await ort.InferenceSession.create("/work/frozen.onnx", options);
  const shape = [batch, 3, 224, 224];
  const pixels = new Float32Array(await read("pixels-nchw.bin")).slice(0, sizeOf(shape));
  return async () => {
    const outputs = await session.run({ [session.inputNames[0]]: new ort.Tensor("float32", pixels, shape) });
    return outputs[session.outputNames[0]].data;
  };
}

/** @returns a function that takes all steps from the start and gives their losses */
export async function training() {
  const { photos, features, batch, steps, lr, momentum, states } = await read("head.json", "json");
  const session = await ort.InferenceSession.create("/work/head.onnx", options);
  const float32 = (shape, data) => new ort.Tensor("float32", data, shape);
  const int32 = (shape, data) => new ort.Tensor("int32", data, shape);
  const zeros = Object.entries(states).map(([name, shape]) => [name, float32(shape, new Float32Array(sizeOf(shape)))]);
  const feeds = {
    features: float32([photos, features], new Float32Array(await read("features.bin"))),
    labels: int32([photos], new Int32Array(await read("labels.bin"))),
    order: int32([steps, batch], new Int32Array(await read("order.bin"))),
    lr: float32([steps], new Float32Array(steps).fill(lr)),
    momentum: float32([steps], new Float32Array(steps).fill(momentum)),
    ...Object.fromEntries(zeros),
  };
  return async () => (await session.run(feeds)).losses.data;
}

const read = async (file, form = "arrayBuffer") => (await fetch(`/work/${file}`))[form]();
const sizeOf = (shape) => shape.reduce((product, n) => product * n, 1);
