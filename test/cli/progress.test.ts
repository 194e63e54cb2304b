import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { createLines, createProgress } from "../../src/cli/progress.js";
import { caught } from "../helpers/cli-here.js";

describe("without a terminal", () => {
  it("says nothing of what is done within two seconds", () => {
    const stream = caught();
    const progress = createProgress(stream);
    for (let done = 0; done <= 100; done++) progress.show("Reading photos", done, 100);
    progress.clear();
    expect(stream.text).toBe("");
  });

  it("writes a line for each tenth, at most one in two seconds, and begins anew with every label", () => {
    const stream = caught();
    let now = 0;
    const progress = createLines(stream, () => now);
    // A percent takes 0.1 s: a tenth every second, a line every other.
    for (let done = 0; done <= 100; done++, now += 100) progress.show("Photos", done, 100);
    // A percent takes a minute.
    for (let done = 0; done <= 20; done++, now += 60_000) progress.show("Training", done, 100);
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
    progress.show("Reading photos", 30, 120);
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
    progress.show("Reading photos", 1, 2);
    progress.show("Reading photos", 2, 2);
    expect(text()).toMatch(emptied);
    progress.show("Training", 0, 5);
    expect(text()).toContain("Training ░");
    progress.clear();
  });
});
