/** A list in pieces of at most `size`, in its order. None for an empty list. */
export const chunksOf = <Item>(list: readonly Item[], size: number): readonly (readonly Item[])[] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, place) => list.slice(place * size, (place + 1) * size));
