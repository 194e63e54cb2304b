import { expect, it } from "vitest";
import { imageArgument } from "../../src/learner/image-argument.js";
import { refusal } from "../helpers/refusal.js";

it("imageArgument takes a path or bytes, and copies of what is part of something larger only that", async () => {
  expect(await imageArgument("gradCam", "cat.jpg")).toBe("cat.jpg");
  const part = new Uint8Array(100).subarray(10, 13);
  const sent = (await imageArgument("gradCam", part)) as Uint8Array;
  expect(sent).toEqual(new Uint8Array(3));
  expect(sent.buffer.byteLength).toBe(3);
});

it("imageArgument refuses what is no image, naming the call", async () => {
  await refusal(() => imageArgument("gradCam", 5 as never), "invalid-argument", "gradCam's image");
});
