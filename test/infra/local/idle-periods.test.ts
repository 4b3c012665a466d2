import { expect, onTestFinished, test } from "vitest";
import * as z from "zod";
import { cast } from "#infra/sandbox/members/cast.ts";
import { files } from "../../forms.ts";
import { idOf } from "../sandbox/given.ts";
import { startHere, tokenFrom } from "./process.ts";

const contracts = z.tuple([z.looseObject({ id: z.number() })]);
const configuration = z.looseObject({
  firstPossibleStartDate: z.iso.date(),
  idlePeriodReasons: z.array(z.looseObject({ id: z.number(), documentRequired: z.boolean() })),
});
const paused = z.looseObject({ id: z.number(), startDate: z.string(), state: z.string() });
const lists = z.looseObject({ currentAndUpcomingIdlePeriods: z.array(paused) });

/** docs/guides/pauses.md pauses the contract of this member with curl. */
const memberOfDocs = 1040;

test("a member pauses her contract, shortens the pause and takes it back, as docs/guides/pauses.md shows", async () => {
  const gateway = await startHere();
  onTestFinished(() => gateway.close());
  const customerId = String(memberOfDocs);
  expect(idOf(cast, "may pause: applies at once, by months, and can be shortened to a day")).toBe(memberOfDocs);
  const authorization = `Bearer ${await tokenFrom(gateway.url, { customer_id: customerId })}`;
  const ask = async (path: string, init: RequestInit = {}) => {
    const url = `${gateway.url}/v1/memberships/${path}`;
    const response = await fetch(url, { ...init, headers: { authorization, ...init.headers } });
    return { status: response.status, json: (await response.json()) as unknown };
  };
  const json = (method: string, body: object) => ({
    method,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const form = (method: string, data: object, document?: File) => {
    const body = new FormData();
    body.set("data", JSON.stringify(data));
    if (document) body.set("document", document);
    return { method, headers: { "idempotency-key": crypto.randomUUID() }, body };
  };

  const [{ id }] = contracts.parse((await ask(`${customerId}/self-service/contract-data`)).json);
  const pauses = `${id}/self-service/idle-periods`;
  const config = configuration.parse((await ask(`${pauses}/config`)).json);
  const startDate = config.firstPossibleStartDate;
  const reason = config.idlePeriodReasons.find(({ documentRequired }) => documentRequired);
  const wanted = { startDate, temporalUnit: "MONTH", termValue: 1 };
  const data = { ...wanted, reasonId: reason?.id };
  const note = new File([files["application/pdf"]], "note.pdf", { type: "application/pdf" });

  expect((await ask(`${pauses}/validate`, json("POST", wanted))).json).toEqual({
    validationStatus: "IDLEPERIOD_CREATABLE",
  });
  expect(await ask(pauses, form("POST", data))).toMatchObject({
    status: 400,
    json: { errors: [{ pointer: "/document" }] },
  });
  const created = paused.parse((await ask(pauses, form("POST", data, note))).json);
  expect(created).toMatchObject({ startDate, state: "ACCEPTED" });

  const shorter = { startDate, unlimited: false, endDate: startDate, reasonId: reason?.id };
  const preview = await ask(`${pauses}/${created.id}/preview`, json("PUT", shorter));
  expect(preview.json).toMatchObject({ validationStatus: "IDLEPERIOD_UPDATABLE" });
  const shortened = await ask(`${pauses}/${created.id}`, form("PUT", shorter));
  expect(shortened).toMatchObject({ status: 200, json: { id: created.id, endDate: startDate } });

  expect(await ask(`${pauses}/${created.id}`, { method: "DELETE" })).toEqual({
    status: 200,
    json: { success: "true" },
  });
  expect(lists.parse((await ask(pauses)).json).currentAndUpcomingIdlePeriods).toEqual([]);
  const ofAnother = await ask(`${id - 10}/self-service/idle-periods`);
  expect(ofAnother).toMatchObject({ status: 403, json: { code: "forbidden" } });
}, 60_000);
