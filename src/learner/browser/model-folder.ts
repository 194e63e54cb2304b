// The package's `models/` as pages see it: the entries are part of this bundle, the embedded network lies at an address.
import { RegraftError } from "../../errors.js";
import { modelEntries } from "../../models/entries.js";
import type { EmbeddedEntry, ModelEntry, ModelFolder } from "../../models/registry.js";
import { wrongContent } from "../engine/downloads/download-errors.js";
import { Failure } from "../engine/downloads/download-failure.js";
import type { DownloadContext } from "../engine/platform.js";
import { sha256 } from "../engine/sha256.js";
import { defaultFetchSettings, type FetchSettings, fetchFile, unwatched } from "./downloads/fetch-file.js";

/**
 * @param addressOf a file in it.
 * @param settings for tests.
 */
export const browserModelFolder = (
  addressOf: (file: string) => URL,
  settings: FetchSettings = defaultFetchSettings,
): ModelFolder => ({
  list: async () => modelEntries.map(fileOf),
  read: async (file, context = unwatched) => {
    const entry = modelEntries.find((entry) => fileOf(entry) === file);
    if (entry) return new TextEncoder().encode(JSON.stringify(entry));
    const embedded = modelEntries.find((entry): entry is EmbeddedEntry => entry.file === file);
    if (!embedded) throw new RegraftError("file-access", { path: file, operation: "read" }, `models/ has no ${file}.`);
    return fetchEmbedded(embedded, addressOf(file).href, context, settings);
  },
});

const fileOf = ({ name }: ModelEntry): string => `${name}.json`;

const byHand =
  "Copy the folder models/ of this version of regraft to where the page is served from, and say where with the option " +
  "`models`.";

async function fetchEmbedded(
  entry: EmbeddedEntry,
  url: string,
  context: DownloadContext,
  settings: FetchSettings,
): Promise<Uint8Array> {
  const file = { url, bytes: entry.bytes, sha256: entry.sha256 };
  const bytes = await fetchFile(file, context, settings).catch((error) => {
    if (!(error instanceof Failure)) throw error;
    const { status, remedy } = error.facts;
    const advice = status === undefined && remedy ? `${remedy} ${byHand}` : byHand;
    const message = `Cannot read the network ${entry.name} from ${url}: ${error.reason}. ${advice}`;
    throw new RegraftError("file-access", { path: url, operation: "read" }, message, { cause: error });
  });
  const received = await sha256(bytes);
  if (received !== entry.sha256) throw wrongContent(file, entry.sha256, received, { byHand, forget: "" });
  return bytes;
}
