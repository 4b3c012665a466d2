import { createLambda, type Lambda } from "#infra/local/lambda.ts";
import { type Ids, type Operation, pathOf } from "#lib/operations/operation.ts";
import { type Faulty, startFaulty } from "../faulty.ts";
import type { Effect, Stage } from "./faults.ts";
import { type StudioId, studioIds } from "./plan.ts";
import { type Relay, type Relayed, startRelay } from "./relay.ts";
import type { Sabotage } from "./sabotage.ts";
import { environmentFor, type World } from "./world.ts";

/** Short, so that leases and doubts end soon: an answer is due after 1.5 s, a lease ends after 5 s. */
export const timeoutSeconds = 3;

/** In milliseconds. A request's lease and the doubt about its write end two seconds after its Lambda. */
export const doubtMs = timeoutSeconds * 1_000 + 2_100;

/** The faults of the run that a lane carries out. */
export interface Trouble {
  readonly operation: Operation;
  readonly studioId: StudioId;
  readonly customerId: string;
  readonly params: Ids;
  readonly sabotage: Sabotage;
}

/** Functions with their own connections, so that the faults of one run do not affect another. */
export interface Lane {
  readonly invoke: (operation: Operation, event: unknown) => Promise<unknown>;
  readonly trouble: (trouble: Trouble | undefined) => void;
  /** What the functions logged since the last call. */
  readonly log: () => string;
  readonly close: () => Promise<void>;
}

const stages: Readonly<Record<string, Stage>> = {
  PutItem: "claim",
  UpdateItem: "settle",
  DeleteItem: "settle",
  PutEvents: "publish",
};

export const startLane = async (world: World, name: string): Promise<Lane> => {
  const [table, bus] = [await startFaulty(world.dynamodb.url), await startFaulty(world.eventBridge.url)];
  const portOf = (id: StudioId) => Number(new URL(world.studios[id].url).port);
  const relays = {
    "at-once": await startRelay(portOf("at-once")),
    verified: await startRelay(portOf("verified")),
    "own-way": await startRelay(portOf("own-way")),
    lagging: await startRelay(portOf("lagging")),
  };
  const { "at-once": atOnce, verified, "own-way": ownWay, lagging } = relays;
  world.keepSecret(name, {
    "at-once": atOnce.url,
    verified: verified.url,
    "own-way": ownWay.url,
    lagging: lagging.url,
  });
  const environment = environmentFor(world, { secretId: name, tableUrl: table.url, busUrl: bus.url });
  const lambdas = new Map<string, Lambda>();
  const log: string[] = [];
  const onLog = (text: string) => void log.push(text);
  const lambdaOf = ({ id }: Operation): Lambda => {
    const options = { name: id, bundle: world.bundles(id), memorySize: 512, timeoutSeconds, environment, onLog };
    const lambda = lambdas.get(id) ?? createLambda(options);
    lambdas.set(id, lambda);
    return lambda;
  };
  return {
    invoke: (operation, event) => lambdaOf(operation).invoke(event),
    trouble: (trouble) => {
      const kill = async () => trouble && lambdaOf(trouble.operation).kill();
      for (const service of [table, bus]) watchService(service, trouble, kill);
      for (const id of studioIds) watchStudio(relays[id], trouble, { world, kill });
    },
    log: () => log.splice(0).join(""),
    close: async () => {
      await Promise.all([...lambdas.values()].map((lambda) => lambda.close()));
      for (const each of [table, bus, ...Object.values(relays)]) each.close();
    },
  };
};

type Kill = () => Promise<unknown>;

const watchService = (service: Faulty, trouble: Trouble | undefined, kill: Kill): void => {
  const suffer = async (effect: Effect, operation: string) => {
    if ("kill" in effect) await kill();
    if ("kill" in effect && effect.kill === "unsent") service.next(operation, "hang");
    if ("service" in effect) service.next(operation, effect.service);
  };
  service.onRequest = async (operation, moment) => {
    const stage = stages[operation];
    if (!stage || !trouble) return;
    for (const effect of trouble.sabotage[moment](stage)) await suffer(effect, operation);
  };
};

const watchStudio = (relay: Relay, trouble: Trouble | undefined, { world, kill }: { world: World; kill: Kill }) => {
  const suffer = async (effect: Effect, operation: Operation, { studioId, ...ids }: Trouble) => {
    if ("kill" in effect) await kill();
    if ("rotate" in effect) world.rotateKey();
    if ("upstream" in effect)
      world.studios[studioId].misbehave({ ...effect.upstream, operation: operation.id, ...targetOf(operation, ids) });
  };
  relay.onRequest = async ({ method, path }, moment) => {
    const operation = trouble && calledBy(trouble, { method, path });
    if (!trouble || !operation) return "pass";
    const effects = trouble.sabotage[moment](operation === trouble.operation ? "send" : "read-back");
    for (const effect of effects) await suffer(effect, operation, trouble);
    return effects.some((effect) => "kill" in effect && effect.kill === "unsent") ? "drop" : "pass";
  };
};

/** The write of the run, or what it reads back. Undefined: another read, such as that of whose contract it is. */
const calledBy = ({ operation, customerId, params }: Trouble, { method, path }: Relayed): Operation | undefined => {
  const isCalled = (each: Operation) => method === each.method && path === pathOf(each, { customerId, ...params });
  const read = operation.write?.readBack?.read;
  return [operation, ...(read ? [read] : [])].find(isCalled);
};

const targetOf = ({ path }: Operation, { customerId, params }: Pick<Trouble, "customerId" | "params">) => {
  const { contractId } = params;
  return path.includes("{customerId}") || contractId === undefined ? { customerId } : { contractId };
};
