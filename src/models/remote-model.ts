// Models on other machines: from what a user may call them (`hf:owner/name`, an address) to the addresses of their files.
import { invalidArgument } from "../errors.js";

/** Where Hugging Face's models lie. */
export const hub = "https://huggingface.co";

export interface RemoteModel {
  /** As the user calls it. */
  readonly name: string;
  /** What files that others read call it: a name without folders. */
  readonly title: string;
  /** Addresses that the .onnx file may have, the likeliest first. */
  readonly urls: readonly string[];
  /** Where preprocessor_config.json and config.json are looked for; ends in a slash. */
  readonly folder: string;
}

/**
 * Reads `hf:owner/name`, `hf:owner/name@revision`, either with a path to an .onnx file behind it, and http(s) addresses
 * of .onnx files and of exported folders; a page of the hub stands for the file that it shows.
 * @throws RegraftError "invalid-argument"
 */
export const remoteModel = (model: string): RemoteModel => (/^hf:/i.test(model) ? fromHub(model) : fromAddress(model));

/** Whether the machine is this one: there http is as good as https. */
export const isLocal = ({ hostname }: URL): boolean => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);

const name = String.raw`\w(?:[\w.-]{0,94}\w)?`;
const hubName = new RegExp(`^hf:(${name})/(${name})(?:@(${name}))?((?:/\\w[\\w.+-]*)*)$`, "i");

function fromHub(model: string): RemoteModel {
  const [, owner, title, revision = "main", path = ""] = hubName.exec(model) ?? [];
  if (!owner || !title || /\.\./.test(model) || (path !== "" && !/\.onnx$/i.test(path))) {
    const expected = "hf:owner/name, hf:owner/name@revision or hf:owner/name/path/to/file.onnx";
    throw invalidArgument("model", expected, model, "Names have letters, digits, _, - and single dots.");
  }
  const folder = `${hub}/${owner}/${title}/resolve/${revision}/`;
  // Where transformers.js looks, and where all else that has one file puts it.
  const paths = path === "" ? ["onnx/model.onnx", "model.onnx"] : [path.slice(1)];
  return { name: model, title, urls: paths.map((path) => folder + path), folder };
}

function fromAddress(model: string): RemoteModel {
  const refuse = (expected: string): never => {
    // Addresses may carry passwords and signatures.
    throw invalidArgument("model", expected, shownUrl(model).replace(/\/\/[^/]*@/, "//…@"));
  };
  const url = URL.canParse(model) ? new URL(model) : refuse("the address of an .onnx file");
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLocal(url)))
    refuse("an https:// address, or the path of a file on this machine");
  if (url.username || url.password) refuse("an address without name and password in it");
  url.hash = "";
  if (url.pathname.endsWith("/") && url.pathname !== "/") return fromFolder(model, url);
  if (!/\.onnx$/i.test(url.pathname))
    refuse("the address of an .onnx file, or of an exported folder, with a slash at its end");
  const onHub = /^\/([^/]+)\/([^/]+)\/(?:resolve|blob|raw)\/([^/]+)(\/.+)$/.exec(url.pathname);
  if (url.origin === hub && onHub) {
    const [, owner, title, revision, path] = onHub;
    const folder = `${hub}/${owner}/${title}/resolve/${revision}/`;
    return { name: shownUrl(model), title: title!, urls: [folder + path!.slice(1)], folder };
  }
  const folder = new URL(/\/onnx\/[^/]+$/.test(url.pathname) ? ".." : ".", url).href;
  return { name: shownUrl(model), title: url.pathname.split("/").at(-1)!, urls: [url.href], folder };
}

/** Of what `exportOnnx` wrote, or what is laid out alike. */
function fromFolder(model: string, url: URL): RemoteModel {
  const title = url.pathname.split("/").at(-2)!;
  return { name: shownUrl(model), title, urls: [new URL("onnx/model.onnx", url).href], folder: new URL(".", url).href };
}

/** An address as it may be shown: a query can hold a secret. */
export const shownUrl = (url: string): string => url.replace(/\?.*$/s, "?…");
