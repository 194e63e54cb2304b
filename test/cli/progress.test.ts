import { PassThrough } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createLines, createProgress } from "../../src/cli/progress.js";
import { caught } from "../helpers/cli-here.js";

describe("without a terminal", () => {
  it("says nothing of what is done within two seconds", () => {
    const stream = caught();
    const progress = createProgress(stream);
    for (let done = 0; done <= 100; done++) progress.show({ label: "Reading photos", done, total: 100 });
    progress.clear();
    expect(stream.text).toBe("");
  });

  it("writes a line for each tenth, at most one in two seconds, and begins anew with every label", () => {
    const stream = caught();
    let now = 0;
    const progress = createLines(stream, () => now);
    // A percent takes 0.1 s: a tenth every second, a line every other.
    for (let done = 0; done <= 100; done++, now += 100) progress.show({ label: "Photos", done, total: 100 });
    // A percent takes a minute.
    for (let done = 0; done <= 20; done++, now += 60_000) progress.show({ label: "Training", done, total: 100 });
    expect(stream.text.trimEnd().split("\n")).toEqual([
      "Photos 20/100",
      "Photos 40/100",
      "Photos 60/100",
      "Photos 80/100",
      "Photos 100/100",
      "Training 10/100",
      "Training 20/100",
    ]);
  });
});

it("writes megabytes of downloads, and nothing where nobody knows how much it is", () => {
  const stream = caught();
  let now = 0;
  const progress = createLines(stream, () => now);
  for (let done = 0; done <= 20e6; done += 1e6, now += 1000) {
    progress.show({ label: "Downloading", done, total: 20e6, inBytes: true });
  }
  expect(stream.text.split("\n").slice(0, 2)).toEqual(["Downloading 2.0/20.0 MB", "Downloading 4.0/20.0 MB"]);
  stream.text = "";
  for (let done = 0; done <= 20e6; done += 1e6, now += 1000) {
    progress.show({ label: "More", done, total: 0, inBytes: true });
  }
  expect(stream.text).toBe("");
});

describe("on a terminal", () => {
  const hideCursor = "\x1b[?25l";
  // The cursor is back, the line empty.
  const emptied = /\[\?25h.*\[2K$/s;

  function terminal() {
    const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 100 });
    const text = (): string => String(stream.read() ?? "");
    return { stream, text };
  }

  it("draws a bar with what is done and how long the rest takes, and takes it away", () => {
    const { stream, text } = terminal();
    const progress = createProgress(stream);
    progress.show({ label: "Reading photos", done: 30, total: 120 });
    const drawn = text();
    expect(drawn).toContain("Reading photos ████████░░░░░░░░░░░░░░░░░░░░░░ 30/120  --:-- left");
    expect(drawn).toContain(hideCursor);
    progress.clear();
    expect(text()).toMatch(emptied);
    progress.clear();
    expect(text()).toBe("");
  });

  it("is gone when the work is done, and comes back for the next", () => {
    const { stream, text } = terminal();
    const progress = createProgress(stream);
    progress.show({ label: "Reading photos", done: 1, total: 2 });
    progress.show({ label: "Reading photos", done: 2, total: 2 });
    expect(text()).toMatch(emptied);
    progress.show({ label: "Training", done: 0, total: 5 });
    expect(text()).toContain("Training ░");
    progress.clear();
  });

  it("tells bytes in megabytes, with the speed", async () => {
    const { stream, text } = terminal();
    const progress = createProgress(stream);
    progress.show({ label: "Downloading", done: 10e6, total: 87.2e6, inBytes: true });
    expect(text()).toContain("Downloading ███░░░░░░░░░░░░░░░░░░░░░░░░░░░ 10.0/87.2 MB  --:-- left");
    await setTimeout(150);
    progress.show({ label: "Downloading", done: 43.6e6, total: 87.2e6, inBytes: true });
    await setTimeout(150);
    // 33.6 MB in 0.15 s and a little.
    expect(text()).toMatch(/█{15}░{15} 43\.6\/87\.2 MB, [12]\d\d\.\d MB\/s {2}00:0[0-2] left/);
    progress.clear();
  });

  it("has an empty bar where nobody knows how much it is", () => {
    const { stream, text } = terminal();
    const progress = createProgress(stream);
    progress.show({ label: "Downloading", done: 1.23e6, total: 0, inBytes: true });
    expect(text()).toContain("Downloading ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ 1.2 MB  --:-- left");
    progress.clear();
  });
});
