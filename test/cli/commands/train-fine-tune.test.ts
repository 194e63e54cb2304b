// On a network of three small convolutions: what `--fine-tune` says and does after the head is trained.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeModel } from "../../../src/onnx/write.js";
import { cliHere, lastLine } from "../../helpers/cli-here.js";
import { type ConvModelOptions, convModel, convWeights } from "../../helpers/conv-network.js";
import { copyFew } from "../../helpers/photos.js";
import { temporaryFolder } from "../../helpers/temporary.js";
import { emit } from "../../helpers/tiny-network.js";
import { changed, weightsOf } from "../../helpers/unfreezing.js";

const folder = temporaryFolder();
const model = join(folder, "conv.onnx");
writeFileSync(model, writeModel(convModel()));
const photos = copyFew(join(folder, "photos"), { classes: ["bag", "sandal"], train: 12, valid: 4 });
const train = (...args: string[]) => cliHere(["train", photos, "--model", model, "--lr", "0.1", ...args]);

/** Names of the network's weights that are others in the export. */
function learntIn(out: string): string[] {
  const [before, after] = [model, join(out, "onnx/model.onnx")].map((file) => weightsOf(readFileSync(file)));
  const names = convWeights.flat();
  return changed(Object.fromEntries(names.map((name) => [name, before![name]!])), after!);
}

describe("regraft train --fine-tune", () => {
  it("trains all layers after the head, in one table, and tells which groups trained at which rates", async () => {
    const out = join(folder, "tuned");
    const { code, stdout, stderr } = await train("--epochs", "3", "--fine-tune", "2", "--out", out, "--json");
    expect(code).toBe(0);
    expect(stdout.trimEnd().split("\n")).toHaveLength(1);
    const { lr, fits, epochs, accuracy } = lastLine(stdout);
    expect(lr).toBe(0.1);
    expect(fits.map((fit: { epochs: number }) => fit.epochs)).toEqual([3, 2]);
    expect(fits[0].groups).toEqual([{ name: "head", lr: 0.1 }]);
    expect(fits[1].groups.map(({ name }: { name: string }) => name)).toEqual(["8×8", "4×4", "2×2", "head"]);
    const rates = fits[1].groups.map((group: { lr: number }) => group.lr);
    expect(rates[3]).toBe(0.05);
    expect(rates[0]).toBeCloseTo(0.0005, 12);
    expect(epochs.map(({ epoch }: { epoch: number }) => epoch)).toEqual([0, 1, 2, 3, 4]);
    expect(accuracy).toBe(epochs[4].accuracy);

    expect(stderr.match(/^Training .*$/gm)).toEqual([
      "Training 3 epochs of the head, learning rate up to 0.1",
      "Training 2 epochs of 4 layer groups, learning rates up to: 8×8 5e-4, 4×4 0.0023, 2×2 0.011, head 0.05",
    ]);
    expect(stderr.match(/^(epoch|\d)\b/gm)).toEqual(["epoch", "0", "1", "2", "3", "4"]);
    expect(learntIn(out)).toEqual(convWeights.flat());
    expect(readFileSync(join(out, "README.md"), "utf8")).not.toContain("kept as it was");
  });

  it("leaves groups frozen with --freeze-to, counted from either end", async () => {
    const [from, back] = await Promise.all(
      ["1", "-3"].map((n) =>
        train("--epochs", "1", "--fine-tune", "1", "--freeze-to", n, "--out", join(folder, `from ${n}`), "--json"),
      ),
    );
    const { fits, epochs } = lastLine(from!.stdout);
    expect(fits[1].groups.map(({ name }: { name: string }) => name)).toEqual(["4×4", "2×2", "head"]);
    expect(lastLine(back!.stdout)).toMatchObject({ fits, epochs: [{}, { trainLoss: epochs[1].trainLoss }] });
    expect(learntIn(join(folder, "from 1"))).toEqual(convWeights.slice(1).flat());
  });

  it("reads photos once for the head, as without it, and once for what stays frozen", async () => {
    const cache = join(folder, "features");
    const args = ["--epochs", "1", "--cache", cache];
    await train(...args, "--out", join(folder, "head alone"));
    expect(readdirSync(cache)).toHaveLength(1);
    const { code } = await train(...args, "--fine-tune", "1", "--freeze-to", "2", "--out", join(folder, "both"));
    expect(code).toBe(0);
    expect(readdirSync(cache)).toHaveLength(2);
  });

  it("refuses what cannot be unfrozen before it reads any photo, and says how far it can be", async () => {
    const odd = join(folder, "selu.onnx");
    const after: ConvModelOptions["after"] = { 1: (_, map) => emit("Selu", [map], { name: "selu", shape: map.shape }) };
    writeFileSync(odd, writeModel(convModel({ after })));
    const args = ["train", photos, "--model", odd, "--lr", "0.1", "--epochs", "1"];
    const { code, stdout, stderr } = await cliHere([...args, "--fine-tune", "1", "--out", join(folder, "odd")]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).not.toContain("Photos:");
    expect(stderr).toMatch(
      /^error: No gradient for Selu \(selu\)\. It can be unfrozen .*freezeTo\(1\)\. \[unsupported-op\]$/m,
    );
  });

  it("refuses as wrong usage what says nothing, and groups that there are not", async () => {
    const alone = await train("--freeze-to", "1");
    expect(alone).toMatchObject({ code: 2, stdout: "" });
    expect(alone.stderr).toBe("error: option '--freeze-to <integer>' needs '--fine-tune <integer>'\n");
    expect(await train("--fine-tune", "0")).toMatchObject({ code: 2, stdout: "" });
    expect(await train("--fine-tune", "1", "--freeze-to", "all")).toMatchObject({ code: 2, stdout: "" });
    const beyond = await train("--fine-tune", "1", "--freeze-to", "4", "--out", join(folder, "beyond"));
    expect(beyond.code).toBe(1);
    expect(beyond.stderr).toMatch(/from -4 to 3 for freezeTo.*\[invalid-argument\]\n$/);
    expect(beyond.stderr).not.toContain("Photos:");
  });
});
