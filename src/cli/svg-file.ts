// The argument of options that name a drawing.
import { InvalidArgumentError } from "commander";

export function svgFile(path: string): string {
  if (/\.svg$/i.test(path)) return path;
  throw new InvalidArgumentError("It must end in .svg.");
}
