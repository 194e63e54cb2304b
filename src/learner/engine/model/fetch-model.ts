// A model from another machine: its file, the data files that it names, and the files that tell more of it.
import { isRegraftError, RegraftError } from "../../../errors.js";
import { type RemoteModel, remoteModel } from "../../../models/remote-model.js";
import type { CallContext } from "../../border/channel.js";
import { type DownloadContext, type Downloaded, type Downloads, downloadContext } from "../platform.js";
import { type FoundModel, readModelSource } from "./read-model.js";

type Fetched = Downloaded & { readonly url: string };

/**
 * @param model what `remoteModel` reads.
 * @throws RegraftError "download-failed", "checksum-mismatch", "file-access", "invalid-model"; "invalid-argument" for an
 * address that is none
 */
export async function fetchModel(downloads: Downloads, model: string, call: CallContext): Promise<FoundModel> {
  const remote = remoteModel(model);
  const context = downloadContext(call);
  const { url, bytes, sha256, notice } = await firstOf(remote, downloads, context);
  const fetched: Pick<Fetched, "url" | "notice">[] = [{ url, notice }];
  const bytesOf = async (url: string, download: Promise<Downloaded | undefined>) => {
    const file = await download;
    fetched.push({ url, notice: file?.notice });
    return file?.bytes;
  };
  try {
    const found = await readModelSource({
      bytes,
      sha256,
      name: remote.name,
      title: remote.title,
      folder: remote.folder,
      readData: async (location) => {
        const beside = new URL(location.split("/").map(encodeURIComponent).join("/"), url).href;
        return (await bytesOf(beside, downloads.get({ url: beside }, context)))!;
      },
      readBeside: (file) => bytesOf(remote.folder + file, downloads.find({ url: remote.folder + file }, context)),
    });
    return { ...found, notices: fetched.flatMap(({ notice }) => notice ?? []) };
  } catch (error) {
    // A page, say, that a server shows for once in a file's place: it must not be what is remembered.
    if (isRegraftError(error, "invalid-model"))
      for (const { url, notice } of fetched) if (notice) await downloads.forget({ url });
    throw error;
  }
}

/** The model's file: the one in the cache, or else the first that the server has. */
async function firstOf({ urls, name }: RemoteModel, downloads: Downloads, context: DownloadContext): Promise<Fetched> {
  const get = async (url: string): Promise<Fetched> => ({ ...(await downloads.get({ url }, context)), url });
  if (urls.length === 1) return get(urls[0]!);
  for (const url of urls) if (await downloads.has({ url })) return get(url);
  for (const url of urls) {
    const found = await get(url).catch((error) => {
      if (!isRegraftError(error, "download-failed") || error.details.status !== 404) throw error;
      return undefined;
    });
    if (found) return found;
  }
  const reason = `the repository has neither of ${urls.map((url) => url.split("/resolve/")[1]).join(", ")}`;
  throw new RegraftError(
    "download-failed",
    { url: urls[0]!, reason, status: 404 },
    `Cannot download ${name}: ${reason}. Name the file to take: ${name}/path/to/file.onnx.`,
  );
}
