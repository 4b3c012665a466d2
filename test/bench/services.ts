import { createServer } from "node:https";
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";
import { listenOn } from "#infra/http-server.ts";

interface Certificate {
  readonly private: string;
  readonly cert: string;
}

/** From the benchmark's own packages, which the project's types do not know. */
const { generate }: { generate: (names: readonly object[], options: object) => Promise<Certificate> } = createRequire(
  import.meta.resolve("./baselines/package.json"),
)("selfsigned");

/** The contract of every member, as the upstream shows it after a cancelation. */
const contract = {
  id: 2000,
  startDate: "2025-01-01",
  endDate: "2027-12-31",
  rateName: "Classic",
  contractStatus: "ACTIVE",
  cancelationStatus: "CANCELED",
  cancelationDate: "2027-01-31",
  cancelationReason: "Moving away",
  cancelationOrigin: "CUSTOMER",
  cancelationPeriod: { periodValue: 1, periodUnit: "MONTH" },
  price: 19.9,
  priceDetails: {
    basePrice: { amount: 19.9, currency: "EUR" },
    currentPrice: { amount: 19.9, currency: "EUR" },
    paymentFrequency: {
      type: "RECURRING",
      term: { value: 1, unit: "MONTH" },
      price: { amount: 19.9, currency: "EUR" },
    },
  },
  lastPossibleCancelationDate: "2027-11-30",
  availableCancelationDates: ["2027-12-31", "2028-12-31"],
  rateCodes: [{ name: "Classic", identifier: "classic" }],
};

const answers: Readonly<Record<string, (input: { readonly SecretId?: string }, url: string) => object>> = {
  GetSecretValue: ({ SecretId }, baseUrl) => ({
    SecretString:
      SecretId === "pepper" ? "p".repeat(64) : JSON.stringify({ "studio-1": { baseUrl, apiKey: "key-of-bench" } }),
  }),
  UpdateItem: () => ({ Attributes: { taken: { N: "1" } } }),
  PutItem: () => ({}),
  PutEvents: () => ({ Entries: [{ EventId: "1" }] }),
};

/** The upstream and AWS' services in one server over HTTPS, which answers at once. `ca` is its certificate. */
export const startServices = async () => {
  const options = {
    algorithm: "sha256",
    keySize: 2048,
    extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: "localhost" }] }],
  };
  const { private: key, cert } = await generate([{ name: "commonName", value: "localhost" }], options);
  const server = createServer({ key, cert }, async (request, response) => {
    const body = await text(request);
    const [, action = ""] = String(request.headers["x-amz-target"]).split(".");
    const answer = answers[action];
    const json = answer ? answer(JSON.parse(body), url) : request.method === "GET" ? [contract] : {};
    response.writeHead(200, { "content-type": answer ? "application/x-amz-json-1.1" : "application/json" });
    response.end(JSON.stringify(json));
  });
  const url = `https://localhost:${await listenOn(server, 0)}`;
  return { url, ca: cert, close: () => server.close().closeAllConnections() };
};
