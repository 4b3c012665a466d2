interface Range {
  readonly type: string;
  /** Its weight (RFC 9110, 12.4.2). */
  readonly q: number;
}

const weight = /^\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*$/i;

/** The ranges of an Accept header. Malformed ones are left out, and parameters besides `q` do not count. */
const rangesIn = (accept: string): readonly Range[] =>
  accept.split(",").flatMap((text) => {
    const [type = "", ...parameters] = text.split(";");
    const given = parameters.find((each) => /^\s*q\s*=/i.test(each)) ?? "q=1";
    const [, q] = weight.exec(given) ?? [];
    return q === undefined ? [] : [{ type: type.trim().toLowerCase(), q: Number(q) }];
  });

/**
 * The offered media type that an Accept header (RFC 9110, 12.5.1) prefers. Of equal ones the first offered, which the
 * caller also gets if she accepts none: a write was carried out, and 406 would hide that.
 */
export const preferredType = <Type extends string>(accept: string, offered: readonly [Type, ...Type[]]): Type => {
  const ranges = rangesIn(accept);
  const qOf = (type: string): number => {
    const names = [type, type.replace(/\/.*/, "/*"), "*/*"];
    const found = names.flatMap((name) => ranges.find((range) => range.type === name) ?? []);
    return found[0]?.q ?? 0;
  };
  const [best = offered[0]] = offered.filter((type) => qOf(type) > 0).sort((a, b) => qOf(b) - qOf(a));
  return best;
};
