// The gradients of deep networks on WebGPU: PyTorch's, and those that the CPU gives in Node.
import { afterAll, beforeAll, expect, it } from "vitest";
import { loweredFor } from "../../src/learner/engine/device/lowered-for.js";
import { describeChromium, type OpenedPage, openPage } from "../helpers/chromium.js";
import { relativeDifference } from "../helpers/difference.js";
import { networkFixture, networkOf } from "../helpers/gradient-fixtures.js";
import { gradientRunner } from "../helpers/gradient-steps.js";
import { checkNetworkGradients } from "../helpers/network-gradients.js";
import { pageSessions } from "../helpers/page-sessions.js";

describeChromium("gradients of deep networks on WebGPU", () => {
  let opened: OpenedPage;
  let open: Awaited<ReturnType<typeof pageSessions>>;
  beforeAll(async () => {
    opened = await openPage({ webgpu: true });
    open = await pageSessions(opened, "webgpu");
  });
  afterAll(() => opened?.close());

  it.each([
    ["resnet34", "residuals and a maximum pool"],
    ["efficientnet-lite0", "depthwise convolutions"],
    ["densenet", "many maps side by side"],
    ["vit", "attention"],
    ["convnext", "normalised layers and wide kernels"],
  ])("are right of %s: %s", async (name) => {
    const [head, fixture] = [await networkOf(name), networkFixture(name)];
    const weights = { ...head.parameters, ...head.buffers };
    const there = await gradientRunner(head, (model) => open(loweredFor(model, "webgpu"), name));
    const found = await there.run(0, weights);
    await there.release();
    checkNetworkGradients(found, fixture, 0);

    const here = await gradientRunner(head);
    const expected = await here.run(0, weights);
    await here.release();
    expect(Math.abs(found.loss / expected.loss - 1)).toBeLessThan(1e-5);
    // The bound of differentiate-networks.test.ts for parts of a batch and all of it: float32, summed in another order.
    for (const weight of Object.keys(fixture.gradients).filter((weight) => !fixture.zero.includes(weight)))
      expect(relativeDifference(found.gradients[weight]!, expected.gradients[weight]!), weight).toBeLessThan(1e-4);
  });
});
