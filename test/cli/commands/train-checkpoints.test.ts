import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  checkCheckpointFolder,
  checkpointFolder,
  openCheckpoint,
  removeCheckpoints,
  sayHowToGoOn,
  setAside,
} from "../../../src/cli/commands/train-checkpoints.js";
import type { Environment } from "../../../src/cli/environment.js";
import type { Output } from "../../../src/cli/output.js";
import { RegraftError } from "../../../src/errors.js";
import { writeCheckpoint } from "../../../src/learner/engine/checkpoint/generations.js";
import { localHost } from "../../../src/learner/node/host.js";
import { nodeStorage } from "../../../src/learner/node/storage.js";
import { contentOf } from "../../helpers/checkpoint-content.js";
import { caught, platform } from "../../helpers/cli-here.js";
import { record } from "../../helpers/learner-states.js";
import { refusal } from "../../helpers/refusal.js";
import { temporaryFolder } from "../../helpers/temporary.js";

const home = temporaryFolder();
const { signal } = new AbortController();
const environment: Environment = { host: localHost(platform), platform, stdout: caught(), stderr: caught(), signal };

function noting() {
  const notes: string[] = [];
  return { notes, output: { note: (text: string) => notes.push(text), progress: () => {} } as unknown as Output };
}

async function folderWith(name: string): Promise<string> {
  const folder = join(home, name);
  await writeCheckpoint(nodeStorage(folder), contentOf(1));
  return folder;
}

describe("checkpoints of the command line", () => {
  it("lie beside the export, where they are told to, or nowhere", () => {
    expect(checkpointFolder(undefined, "out")).toBe("out.checkpoint");
    expect(checkpointFolder(true, "pets/out/")).toBe("pets/out.checkpoint");
    expect(checkpointFolder("mine", "out")).toBe("mine");
    expect(checkpointFolder(false, "out")).toBeUndefined();
  });

  it("are refused in a file, and in the export's folder", async () => {
    const check = (folder: string, out = "out") => checkCheckpointFolder(folder, { out, keep: true }, platform);
    const file = join(home, "file");
    writeFileSync(file, "");
    await refusal(() => check(join(file, "in it")), "file-access", "a part of the path is a file");
    await refusal(() => check(file), "file-access", "a part of the path is a file");
    await refusal(() => check("out/", "./out"), "invalid-argument", "another folder than that of --out");
    await check(join(home, "new", "folder"));
    expect(existsSync(join(home, "new"))).toBe(false);
  });

  it("of a training that is to be gone on with are not replaced where they were told to stay", async () => {
    const folder = join(home, "told to stay");
    const check = (keep: boolean) => checkCheckpointFolder(folder, { out: "out", keep }, platform);
    await check(true);
    await writeCheckpoint(nodeStorage(folder), contentOf(1));
    await check(true);
    const content = contentOf(2);
    await writeCheckpoint(nodeStorage(folder), { ...content, manifest: { ...content.manifest, training: record } });
    await refusal(
      () => check(true),
      "invalid-argument",
      `To go on with it: regraft train --resume "${folder}". To begin anew`,
    );
    // By default they are set aside.
    await check(false);
  });

  it("of an earlier training are moved aside, in place of those before", async () => {
    const { notes, output } = noting();
    await setAside(join(home, "nothing"), environment, output);
    expect(notes).toEqual([]);
    const folder = await folderWith("earlier");
    mkdirSync(`${folder}.old`);
    writeFileSync(join(`${folder}.old`, "older"), "");
    await setAside(folder, environment, output);
    expect(notes).toEqual([expect.stringContaining(`regraft train --resume ${folder}.old`)]);
    expect([existsSync(folder), readdirSync(`${folder}.old`).length]).toEqual([false, 3]);
  });

  it("are removed with their folder, unless something else is in it", async () => {
    const [alone, shared] = [await folderWith("alone"), await folderWith("shared")];
    writeFileSync(join(shared, "notes.txt"), "mine");
    // Of a process that was killed.
    for (const folder of [alone, shared]) writeFileSync(join(folder, ".draft-0"), "half");
    for (const folder of [alone, shared]) await removeCheckpoints(folder, environment);
    expect([existsSync(alone), readdirSync(shared)]).toEqual([false, ["notes.txt"]]);
  });

  it("are offered to go on from where there are any, but not to diverge again", async () => {
    const folder = await folderWith("with space");
    const { notes, output } = noting();
    await sayHowToGoOn(folder, new Error("enough"), environment, output);
    expect(notes).toEqual([`To go on from the last checkpoint: regraft train --resume "${folder}"`]);
    await sayHowToGoOn(folder, new RegraftError("diverged", { step: 1, lr: 1 }, "It diverged."), environment, output);
    await sayHowToGoOn(join(home, "nothing"), new Error("enough"), environment, output);
    expect(notes).toHaveLength(1);
  });

  it("that are nowhere: it is said how a training begins again that ended before its first one, and where others are", async () => {
    const open = (folder: string) => () => openCheckpoint(folder, environment, noting().output);
    const again = /There are some .* until all is done\. .* begun again by its own command; with --cache <folder>/;
    const nowhere = join(home, "nowhere");
    await refusal(open(nowhere), "invalid-checkpoint", "nowhere: there is no such folder. ", again);
    mkdirSync(nowhere);
    await refusal(open(nowhere), "invalid-checkpoint", "nowhere: there is none in this folder. ", again);
    const [given, old] = [await folderWith("model.checkpoint"), await folderWith("begun.checkpoint.old")];
    const told = (place: string) => `there is none. There is one in ${place}: regraft train --resume ${place}`;
    await refusal(open(join(home, "model/")), "invalid-checkpoint", told(given));
    await refusal(open(join(home, "begun.checkpoint")), "invalid-checkpoint", told(old));
    const file = join(home, "a file");
    writeFileSync(file, "");
    await refusal(open(file), "file-access", "a file");
  });

  it("of a program are left to programs", async () => {
    const folder = await folderWith("of a program");
    const open = () => openCheckpoint(folder, environment, noting().output);
    await refusal(open, "invalid-checkpoint", "no `regraft train` has written it. loadLearner() in a program");
  });
});
