// Numbers of any size for people.

/** So many digits behind the point, or as many significant ones of what is measured in very large or small units. */
export function decimal(value: number, digits: number): string {
  const size = Math.abs(value);
  const isFar = size >= 1e6 || (size > 0 && size < 10 ** (1 - digits));
  return isFar ? value.toPrecision(digits) : value.toFixed(digits);
}
