import * as z from "zod/mini";
import {
  type Cancelation,
  type Done,
  receiptFields,
  seenCanceled,
  seenTakenBack,
  word,
} from "./cancelation-evidence.ts";
import { isSame } from "./canonical.ts";
import { earliestDay } from "./days.ts";
import { answerId } from "./fields.ts";
import type { Evidence, Operation, WriteRules } from "./operation.ts";

type Id = number | bigint;

/** Reads may lag behind writes by seconds. To buy twice costs money, so what they do not show counts only much later. */
const lagMs = 30_000;

/** What names a module, in the studio's list and where it is booked: no booked module has the id of its kind. */
const named = {
  rateCodes: z.catch(z.nullish(z.array(z.catch(z.looseObject({ identifier: z.nullish(z.string()) }), {}))), undefined),
};

const sold = z.looseObject({ id: answerId, name: z.string(), ...named });
const booked = z.looseObject({
  id: answerId,
  rateName: word,
  startDate: word,
  cancelled: z.optional(z.unknown()),
  ...named,
});
const withModules = z.looseObject({ id: answerId, moduleContracts: z.array(booked) });

/** The lists without what is malformed; of a malformed module its contract is left out, as it may be the wanted one. */
const tolerantList = <Item extends z.ZodMiniType>(item: Item) =>
  z.catch(
    z.pipe(
      z.array(z.catch(z.optional(item), undefined)),
      z.transform((all) => all.filter((each) => each !== undefined)),
    ),
    [],
  );

const contractsAndModules = z.pipe(
  z.tuple([tolerantList(withModules), tolerantList(sold)]),
  z.transform(([contracts, modules]) => ({ contracts, modules })),
);

type ContractsAndModules = z.output<typeof contractsAndModules>;
type Sold = z.output<typeof sold>;
type Booked = z.output<typeof booked>;

const codesOf = ({ rateCodes }: Pick<Sold, "rateCodes">): readonly string[] =>
  (rateCodes ?? []).flatMap(({ identifier }) => (identifier ? [identifier] : []));

/** Whether the booked module is of this kind, by its name or by a code. */
const isOf = (each: Booked, module: Sold): boolean => {
  const codes = codesOf(module);
  return isSame("name", module.name, each.rateName) || codesOf(each).some((code) => codes.includes(code));
};

interface Purchase {
  readonly additionalModuleId: Id;
}

/**
 * Whether a purchase shows: as the only booked module that can be of the wanted kind, which began no earlier than the
 * request. Where the same was booked before, or a booked module is of no known kind, nobody can tell.
 */
const seenBooked = (
  { additionalModuleId }: Purchase,
  { contracts, modules }: ContractsAndModules,
  { contractId, receivedAt }: { readonly contractId: string; readonly receivedAt: number },
): Evidence<{ readonly id?: Id | null | undefined }> => {
  const contract = contracts.find(({ id }) => BigInt(id) === BigInt(contractId));
  const wanted = modules.find(({ id }) => BigInt(id) === BigInt(additionalModuleId));
  if (!contract || !wanted) return { verdict: "unclear" };
  const others = modules.filter((each) => each !== wanted);
  const possible = contract.moduleContracts.filter(
    (each) => isOf(each, wanted) || !others.some((other) => isOf(each, other)),
  );
  const [only, ...more] = possible;
  if (!only) return { verdict: "not-carried-out" };
  const isNew = only.startDate !== undefined && only.startDate >= earliestDay(receivedAt) && only.cancelled !== true;
  return more.length === 0 && isNew && isOf(only, wanted)
    ? { verdict: "carried-out", answer: { id: only.id } }
    : { verdict: "unclear" };
};

const purchased = z.looseObject({ id: answerId });

/** The rules of a purchase. The first read shows a member's contracts with their modules, the second names modules. */
export const purchaseOf = (reads: {
  readonly contracts: Operation;
  readonly modules: Operation;
}): WriteRules<
  { readonly contractId: string },
  Purchase,
  { readonly id?: Id | null | undefined },
  ContractsAndModules
> => ({
  event: "AdditionalModulePurchased",
  eventIds: ({ params: { contractId } }, answer) => {
    const additionalModuleContractId = purchased.safeParse(answer).data?.id;
    return { contractId, ...(additionalModuleContractId !== undefined && { additionalModuleContractId }) };
  },
  readBack: {
    read: reads.contracts,
    alsoRead: reads.modules,
    data: contractsAndModules,
    isAtOnce: true,
    lagMs,
    seen: ({ params: { contractId }, body, receivedAt }, data) => seenBooked(body, data, { contractId, receivedAt }),
  },
});

/** Only the fields that show a cancelation. Undefined: not a booked module. */
const moduleContract = z.catch(
  z.optional(
    z.looseObject({
      name: z.string(),
      endDate: word,
      contractCancelationStatus: word,
      cancelationDate: word,
      cancelationReason: word,
    }),
  ),
  undefined,
);

type ModuleContract = z.output<typeof moduleContract>;

const cancelationIn = (
  { contractCancelationStatus: status, cancelationDate: date, cancelationReason, endDate }: NonNullable<ModuleContract>,
  receivedAt: number,
): Cancelation => ({
  status,
  date,
  isTraced: cancelationReason !== undefined,
  hasEnded: endDate !== undefined && endDate < earliestDay(receivedAt),
});

interface ModuleParams extends Readonly<Record<string, string>> {
  readonly contractId: string;
  readonly additionalModuleContractId: string;
}

const idsOf = ({ params: { contractId, additionalModuleContractId } }: { readonly params: ModuleParams }) => ({
  contractId,
  additionalModuleContractId,
});

interface Canceling {
  /** YYYY-MM-DD */
  readonly cancelationDate: string;
}

/** The rules of a booked module's cancelation. `read` shows the booked module. */
export const moduleCancelation = (read: Operation): WriteRules<ModuleParams, Canceling, Done, ModuleContract> => ({
  event: "AdditionalModuleCancelationRequested",
  eventIds: idsOf,
  readBack: {
    read,
    data: moduleContract,
    isAtOnce: true,
    lagMs,
    seen: ({ body: { cancelationDate }, receivedAt }, data) =>
      data ? seenCanceled(cancelationIn(data, receivedAt), cancelationDate) : { verdict: "unclear" },
  },
  receipt: ({ params: { contractId, additionalModuleContractId }, body: { cancelationDate }, receivedAt }, data) => ({
    contractId: BigInt(contractId),
    additionalModuleContractId: BigInt(additionalModuleContractId),
    ...receiptFields(cancelationDate, data && cancelationIn(data, receivedAt)),
  }),
});

/** The rules for taking that back. `read` shows the booked module. */
export const moduleWithdrawal = (read: Operation): WriteRules<ModuleParams, undefined, Done, ModuleContract> => ({
  event: "AdditionalModuleCancelationWithdrawn",
  eventIds: idsOf,
  readBack: {
    read,
    data: moduleContract,
    isAtOnce: true,
    lagMs,
    seen: ({ receivedAt }, data) => (data ? seenTakenBack(cancelationIn(data, receivedAt)) : { verdict: "unclear" }),
  },
});
