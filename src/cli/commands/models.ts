// regraft models: the pretrained networks that are known by name, and which of them are on this machine.
import type { Command } from "commander";
import type { Platform } from "../../learner/engine/platform.js";
import { listModels, type ModelEntry } from "../../models/registry.js";
import type { Environment } from "../environment.js";
import { jsonOption } from "../options.js";
import type { Output } from "../output.js";
import type { Perform } from "../perform.js";
import { megabytes, table } from "../table.js";

export function addModels(program: Command, environment: Environment, perform: Perform): void {
  program
    .command("models")
    .summary("list the models known by name")
    .description("List the pretrained models that --model knows by name, and where they are.")
    .addOption(jsonOption())
    .addHelpText("after", others)
    .action((flags: { json?: boolean }) => perform(flags, (output) => models(environment, output)));
}

const others = `
What is to be downloaded is fetched when it is first used, checked against its sha256, and kept.

Any other image classifier in ONNX will do as well:
  --model downloads/model.onnx               a file
  --model hf:owner/name                      a repository on the Hugging Face hub
  --model hf:owner/name@revision/model.onnx  one of its files, as it was then
  --model https://example.com/model.onnx     an address

Environment variables:
  REGRAFT_CACHE            folder for downloads (default: regraft/ in the system's folder for caches)
  REGRAFT_OFFLINE=1        download nothing
  HTTPS_PROXY, HTTP_PROXY, NO_PROXY
  HF_ENDPOINT, HF_TOKEN    a mirror of the hub; for private and gated repositories`;

async function models({ platform }: Environment, output: Output): Promise<0> {
  const entries = await Promise.all(
    (await listModels(platform.models)).map(async (entry) => ({ ...entry, where: await whereIs(entry, platform) })),
  );
  const rows = entries.map(({ name, where, bytes, licence, description }) => [
    name,
    whereWords[where],
    megabytes(bytes),
    licence,
    description,
  ]);
  output.result(table([["name", "where", "size", "licence", "description"], ...rows]));
  output.json({
    models: entries.map(({ name, where, bytes, sha256, licence, description, pretrainedOn, source, url }) => ({
      name,
      where,
      bytes,
      sha256,
      licence,
      description,
      pretrainedOn,
      source,
      url: url ?? null,
    })),
  });
  return 0;
}

const whereWords = { package: "in the package", cache: "cached", network: "to download" } as const;

async function whereIs(entry: ModelEntry, { downloads }: Platform): Promise<keyof typeof whereWords> {
  if (entry.url === undefined) return "package";
  return (await downloads.has(entry)) ? "cache" : "network";
}
