import { expect, it } from "vitest";
import { activationsOf } from "../../../../src/learner/engine/interpret/activations.js";
import { graphOf } from "../../../../src/onnx/graph.js";
import { normals, stream } from "../../../../src/random.js";
import { float32 } from "../../../../src/tensor.js";
import { convModel, photoSize } from "../../../helpers/conv-network.js";
import { viewOf } from "../../../helpers/network-view.js";
import { refusal } from "../../../helpers/refusal.js";
import { run } from "../../../helpers/run-graph.js";

const photo = float32([1, 3, photoSize, photoSize], normals(3 * photoSize ** 2, stream(7, "photo")));
const view = await viewOf(convModel(), ["a", "b", "c", "d", "e"], photoSize);

it("activationsOf are what the network computes there, layer by layer", async () => {
  const found = await activationsOf(view, photo);
  expect(found.map(({ name, shape }) => [name, shape])).toEqual([
    ["8×8", [4, 8, 8]],
    ["4×4", [6, 4, 4]],
    ["2×2", [8, 2, 2]],
  ]);
  const { graph } = convModel();
  const relus = graph.nodes.filter(({ opType }) => opType === "Relu").map(({ outputs }) => outputs[0]!);
  const expected = await run(graphOf("relus", graph.inputs, relus), { image: photo });
  for (const [i, { data }] of found.entries()) expect(data).toEqual(expected[i]!.data);
});

it("activationsOf takes names, the same one twice too, and what is no map", async () => {
  const features = view.route.at(-1)!.value.name;
  const [first, second, last] = await activationsOf(view, photo, ["4×4", "4×4", features]);
  expect(first).toEqual(second);
  expect(last!.shape).toEqual([8]);
  await refusal(() => activationsOf(view, photo, ["nowhere"]), "invalid-argument", "nowhere");
});
