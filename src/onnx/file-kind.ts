// What a file that is no ONNX model seems to be: the mistakes people make, each with its remedy.

export interface FileKind {
  /** Completes "it is …". */
  readonly is: string;
  readonly remedy: string;
}

/** Recognises a file by its first bytes; undefined when they say nothing. */
export function kindOfFile(bytes: Uint8Array): FileKind | undefined {
  if (bytes.length === 0) return { is: "empty", remedy: "Download or export it again." };
  // As Latin-1, so that text and binary signatures are strings alike.
  const head = String.fromCharCode(...bytes.subarray(0, 64));
  return kinds.find(({ opensWith }) => opensWith(head));
}

const prefix =
  (signature: string, offset = 0) =>
  (head: string): boolean =>
    head.startsWith(signature, offset);

const exportToOnnx = "Export the network to ONNX (in Python: torch.onnx.export, tf2onnx, or optimum-cli export onnx).";

const kinds: readonly (FileKind & { opensWith: (head: string) => boolean })[] = [
  {
    opensWith: prefix("version https://git-lfs"),
    is: "a Git LFS pointer, not the file it stands for",
    remedy: "Fetch the real file with `git lfs pull`, or download it from the hub's file page.",
  },
  {
    opensWith: (head) => /^(\xef\xbb\xbf)?\s*<(!doctype|html|\?xml|!--)/i.test(head),
    is: "a web page",
    remedy: "Download the file itself: on most hubs its address has /resolve/ or /raw/ where the page's has /blob/.",
  },
  {
    opensWith: (head) => /^(\xef\xbb\xbf)?\s*(\{\s*["}]|\[\s*["{[\]])/.test(head),
    is: "JSON text",
    remedy: "Give the .onnx file itself.",
  },
  {
    opensWith: prefix("ORTM", 4),
    is: "a model in ONNX Runtime's own .ort format",
    remedy: "Give the .onnx file it was made from.",
  },
  { opensWith: prefix("TFL3", 4), is: "a TensorFlow Lite model", remedy: exportToOnnx },
  { opensWith: prefix("\x89HDF"), is: "an HDF5 file, such as a Keras model", remedy: exportToOnnx },
  { opensWith: prefix('{"', 8), is: "a safetensors file: weights without a graph", remedy: exportToOnnx },
  { opensWith: prefix("\x80\x02"), is: "a Python pickle, such as a PyTorch checkpoint", remedy: exportToOnnx },
  {
    opensWith: prefix("PK\x03\x04"),
    is: "a zip archive, such as a PyTorch checkpoint",
    remedy: `Unpack it if an .onnx file is inside. Otherwise: ${exportToOnnx}`,
  },
  { opensWith: prefix("\x1f\x8b"), is: "compressed by gzip", remedy: "Unpack it first." },
  {
    opensWith: (head) => /^(\x89PNG|\xff\xd8\xff|RIFF....WEBP|GIF8)/s.test(head),
    is: "an image",
    remedy: "Give the .onnx file as the model.",
  },
];
