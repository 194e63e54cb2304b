// The option `tta`: test-time augmentation.
import { whole } from "../arguments.js";

export interface TtaOption {
  /**
   * Test-time augmentation as fast.ai's `tta`: `true` for 4 augmented views of each photo, or how many, 1 to 32. Their mean
   * probabilities count three quarters, those of the photo as it is a quarter; the logits are the logarithms of that. Views are
   * drawn by the option `augment`, or its defaults, and are the same for every photo. Default: none.
   */
  readonly tta?: boolean | number;
}

/**
 * How many views are asked for; 0: none.
 * @throws RegraftError "invalid-argument"
 */
export function ttaViews({ tta = false }: TtaOption): number {
  if (typeof tta === "boolean") return tta ? 4 : 0;
  whole("tta", tta, 1, 32);
  return tta;
}
