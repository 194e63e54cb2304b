import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { ignoreClosedPipe } from "../../src/cli/streams.js";

describe("ignoreClosedPipe", () => {
  const stream = new PassThrough();
  ignoreClosedPipe(stream);
  const fail = (code: string) => () => stream.emit("error", Object.assign(new Error(code), { code }));

  it("swallows that the reader has gone, and nothing else", () => {
    expect(fail("EPIPE")).not.toThrow();
    expect(fail("ENOSPC")).toThrow("ENOSPC");
  });
});
