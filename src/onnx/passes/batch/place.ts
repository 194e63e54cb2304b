// Where the photos of a batch are in a tensor, and where a reshape takes them. In memory they are so many elements apart,
// whatever the shape around them; that is what tells which of the new dimensions holds them.
import { sizeOf } from "../../../tensor.js";

/** A dimension that holds the batch, alone or with others: [N·T, C] and [T·N, C] both have it in dimension 0. */
export interface BatchPlace {
  readonly axis: number;
  /** What of that dimension lies within one photo: T of N·T, 1 of T·N. */
  readonly inner: number;
}

type Shape = readonly number[];

export const isSamePlace = (a: BatchPlace, b: BatchPlace): boolean => a.axis === b.axis && a.inner === b.inner;

/** Whether nothing but the photos of the batch is in their dimension of `shape`. */
export const isAlone = ({ axis, inner }: BatchPlace, shape: Shape, batch: number): boolean =>
  inner === 1 && shape[axis] === batch;

/**
 * Places the batch may have when a tensor of `shape` is reshaped to `target`, the likeliest first. More than one is
 * possible for batches of one photo, which leave no trace in a shape. Then a dimension of 1 is likelier than a part of a
 * dimension; what is said of [T, N, C] → [T·N, C] and → [T, N·heads, C / heads] is told apart by whether C stays.
 * @param batch photos in the batch that both shapes are of
 */
export function placesAfterReshape(place: BatchPlace, shape: Shape, target: Shape, batch: number): BatchPlace[] {
  const stride = place.inner * sizeOf(shape.slice(place.axis + 1));
  const isTailKept = (from: number): boolean => `${shape.slice(place.axis + 1)}` === `${target.slice(from)}`;
  const fitting = target.flatMap((size, axis) => {
    const within = sizeOf(target.slice(axis + 1));
    const inner = stride / within;
    const outer = size / (inner * batch);
    if (!Number.isInteger(inner) || !Number.isInteger(outer)) return [];
    const isInnermost = inner === 1 && isTailKept(axis + 1);
    return [
      {
        place: { axis, inner },
        rank: isAlone({ axis, inner }, target, batch) ? 0 : isInnermost ? 1 : outer === 1 ? 2 : 3,
      },
    ];
  });
  return fitting.sort((a, b) => a.rank - b.rank).map(({ place }) => place);
}

/** The place with another number of its dimension; none when that is gone, or there was no place. */
export function moved(place: BatchPlace | undefined, to: (axis: number) => number | undefined): readonly BatchPlace[] {
  const axis = place && to(place.axis);
  return axis === undefined ? [] : [{ ...place!, axis }];
}

/** A dimension's number once those in `dropped` are gone. */
export const withoutAxes = (dropped: readonly number[], axis: number): number =>
  axis - dropped.filter((other) => other < axis).length;
