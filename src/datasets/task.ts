// What a dataset asks for: one class of each photo, any number of labels, or numbers.

export type Task = "single-label" | "multi-label" | "regression";
