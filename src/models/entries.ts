// The registry's entries, read when this is bundled: over the web a folder cannot be listed.
import efficientnetLite0 from "../../models/efficientnet-lite0.json" with { type: "json" };
import mobilenetv2 from "../../models/mobilenetv2.json" with { type: "json" };
import resnet18 from "../../models/resnet18.json" with { type: "json" };
import resnet34 from "../../models/resnet34.json" with { type: "json" };
import resnet50 from "../../models/resnet50.json" with { type: "json" };
import squeezenet from "../../models/squeezenet1.1.json" with { type: "json" };
import vit from "../../models/vit-base-patch16-224.json" with { type: "json" };
import type { ModelEntry } from "./registry.js";

/** What `models/<name>.json` says, of every name there. */
// TypeScript takes the triples in JSON for lists of any length.
export const modelEntries = [
  efficientnetLite0,
  mobilenetv2,
  resnet18,
  resnet34,
  resnet50,
  squeezenet,
  vit,
] as readonly unknown[] as readonly ModelEntry[];
