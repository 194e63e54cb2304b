import { describe, expect, it } from "vitest";
import { clock, epochHeader, epochLine, percent, table } from "../../src/cli/table.js";

describe("table", () => {
  it("aligns columns and leaves no blanks at the ends of lines", () => {
    const rows = [
      ["name", "size"],
      ["a longer one", ""],
      ["b", "12 MB"],
    ];
    expect(table(rows)).toBe("name          size\na longer one\nb             12 MB");
  });
});

describe("epochLine", () => {
  const epoch = { epoch: 12, trainLoss: 0.25, validLoss: 1 / 3, accuracy: 0.985, metrics: {}, seconds: 83.9 };

  it("puts fast.ai's numbers under fast.ai's names", () => {
    expect(epochHeader(["accuracy"])).toBe("epoch     train_loss  valid_loss  accuracy  time");
    expect(epochLine(epoch, ["accuracy"])).toBe("12        0.250000    0.333333    0.985000  01:23");
  });

  it("keeps the columns when the loss is huge", () => {
    const line = epochLine({ ...epoch, trainLoss: 3331982356.89, validLoss: 1e30 }, ["accuracy"]);
    expect(line).toBe("12        3.33198e+9  1.00000e+30 0.985000  01:23");
  });
});

describe("clock", () => {
  it.each([
    [0, "00:00"],
    [59.999, "00:59"],
    [60, "01:00"],
    [3599, "59:59"],
    [7283, "2:01:23"],
  ])("shows %d seconds as %s", (seconds, text) => {
    expect(clock(seconds)).toBe(text);
  });
});

describe("percent", () => {
  it("has one decimal", () => {
    expect([0, 0.1234, 1].map(percent)).toEqual(["0.0 %", "12.3 %", "100.0 %"]);
  });
});
