import { paramsIn } from "#infra/http-server.ts";
import { catalog } from "#lib/operations/catalog.ts";
import { ownCalls } from "#lib/operations/customers.ts";
import type { Operation } from "#lib/operations/operation.ts";
import { behaviours } from "../operations/behaviours.ts";
import type { Behaviour } from "./call.ts";
import { Refusal } from "./refusal.ts";

interface Route {
  readonly operation: Operation;
  readonly behaviour: Behaviour;
}

export interface Match extends Route {
  readonly params: Readonly<Record<string, string>>;
}

const routeTo = (operation: Operation): Route => {
  const behaviour = behaviours[operation.id];
  if (behaviour === undefined) throw new TypeError(`the sandbox has no behaviour for ${operation.id}`);
  return { operation, behaviour };
};

const paramsOf = ({ operation }: Route): number => operation.path.split("{").length;

const operations: readonly Operation[] = [...Object.values(catalog).flat(), ...ownCalls];
/** A word in a path goes before a parameter in the same place. */
const routes = operations.map(routeTo).sort((a, b) => paramsOf(a) - paramsOf(b));

/** Ids of all operations that the sandbox serves. */
export const operationIds = operations.map(({ id }) => id);

/** @throws Refusal of a path that nothing is at, and of a method that the path does not know. */
export const match = (method: string, pathname: string): Match => {
  const matches = routes.flatMap((route) => {
    const params = paramsIn(route.operation.path, pathname);
    return params === undefined ? [] : [{ ...route, params }];
  });
  const found = matches.find(({ operation }) => operation.method === method);
  if (found !== undefined) return found;
  if (matches.length === 0) throw new Refusal("PATH_UNKNOWN");
  const allow = matches.map(({ operation }) => operation.method).join(", ");
  throw new Refusal("METHOD_NOT_ALLOWED", { headers: { allow } });
};
