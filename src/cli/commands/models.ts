// regraft models: the pretrained networks that are known by name.
import type { Command } from "commander";
import { listModels } from "../../models/registry.js";
import type { Environment } from "../environment.js";
import { jsonOption } from "../options.js";
import type { Output } from "../output.js";
import type { Perform } from "../perform.js";
import { table } from "../table.js";

export function addModels(program: Command, environment: Environment, perform: Perform): void {
  program
    .command("models")
    .summary("list the models known by name")
    .description("List the pretrained models that --model knows by name. Any .onnx image classifier will do as well.")
    .addOption(jsonOption())
    .action((flags: { json?: boolean }) => perform(flags, (output) => models(environment, output)));
}

async function models({ platform }: Environment, output: Output): Promise<0> {
  const entries = await listModels(platform.models);
  const rows = entries.map(({ name, bytes, licence, description }) => [name, megabytes(bytes), licence, description]);
  output.result(table([["name", "size", "licence", "description"], ...rows]));
  output.json({
    models: entries.map(({ name, bytes, licence, description, pretrainedOn, source }) => ({
      name,
      bytes,
      licence,
      description,
      pretrainedOn,
      source,
    })),
  });
  return 0;
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
