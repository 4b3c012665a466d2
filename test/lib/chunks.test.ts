import { expect, test } from "vitest";
import { chunksOf } from "#lib/chunks.ts";

test.each([
  [[], 2, []],
  [[1], 2, [[1]]],
  [[1, 2], 2, [[1, 2]]],
  [[1, 2, 3, 4, 5], 2, [[1, 2], [3, 4], [5]]],
  [[1, 2], 1, [[1], [2]]],
])("cuts %j into pieces of at most %i", (list: readonly number[], size, pieces) => {
  expect(chunksOf(list, size)).toEqual(pieces);
});
