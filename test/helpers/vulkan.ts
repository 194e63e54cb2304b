// WebGPU in Node without a GPU: Chromium comes with a driver of Vulkan, and its loader, that compute on the processor.
import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe } from "vitest";
import { chromiumPath } from "./chromium.js";
import { temporaryFolder } from "./temporary.js";

const folders = [
  ...(chromiumPath ? [dirname(realpathSync(chromiumPath))] : []),
  ...["/usr/lib/chromium", "/usr/lib/chromium-browser", "/opt/google/chrome"],
];
const needed = ["vk_swiftshader_icd.json", "libvk_swiftshader.so", "libvulkan.so.1"];
const folder =
  process.platform === "linux" && folders.find((folder) => needed.every((file) => existsSync(join(folder, file))));

/** What a process needs in its environment to have that driver and no other, and to hear nothing of windows. */
export const vulkan: NodeJS.ProcessEnv = folder
  ? {
      VK_ICD_FILENAMES: join(folder, needed[0]!),
      LD_LIBRARY_PATH: folder,
      XDG_RUNTIME_DIR: temporaryFolder(),
    }
  : {};

export function describeVulkan(name: string, suite: () => void): void {
  if (!folder) console.warn(`skipped, needs Linux and a folder of Chromium with ${needed.join(", ")}: ${name}`);
  (folder ? describe : describe.skip)(name, suite);
}
