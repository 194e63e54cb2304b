// Before the tests: Chromium, and Vulkan's loader for WebGPU in Node, where they are missing and can be installed: by
// root, on Debian and what is made of it. Elsewhere the tests that need them are skipped, and say so.
import { spawnSync } from "node:child_process";
import { chromiumPath } from "../test/helpers/chromium.js";

const run = (command: string, ...args: string[]): boolean => {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return spawnSync(command, args, { env, stdio: ["ignore", "ignore", "inherit"] }).status === 0;
};

if (!chromiumPath && process.getuid?.() === 0 && run("apt-get", "--version")) {
  console.log("Chromium is missing, and is installed for the tests in a browser.");
  const installed = run("apt-get", "update", "-qq") && run("apt-get", "install", "-y", "-qq", "chromium", "libvulkan1");
  if (!installed) console.warn("It could not be installed: the tests in a browser are skipped.");
}
