/** What the gateway answered. `no-answer` is a code of our own: no answer came, so nobody knows what happened. */
export interface Problem {
  readonly code: string;
  readonly detail?: string;
  readonly outcome?: "unknown";
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}
export type Answer<Data> = { readonly data: Data } | { readonly problem: Problem };

export interface Request {
  readonly method?: "POST" | "PUT" | "DELETE";
  readonly body?: object;
  /** A form, for operations that take a document: its part `data` has the JSON. */
  readonly form?: FormData;
  /** What the member wants, in words of ours. It has the same Idempotency-Key until its outcome is known. */
  readonly intent?: string;
  readonly accept?: "application/json" | "text/plain";
}

/** Signs a member in. Here the laptop's console gives the token. An app of yours asks its own backend. */
const tokenOf = async (customerId: string): Promise<string> => {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ clientId: "demo-partner", customerId });
  const response = await fetch("/_console/token", { method: "POST", headers, body });
  return (await response.json()).token;
};

/** Ids are int64. JSON.parse would round a long one, so every id becomes a text of its digits. */
const parse = (text: string) =>
  JSON.parse(text, (name, value, { source = "" }: { source?: string } = {}) =>
    /id$/i.test(name) && /^\d+$/.test(source) ? source : value,
  );

/** And a number again, with the same digits, in a body. */
const write = (body: object): string =>
  JSON.stringify(body, (name, value) => (/id$/i.test(name) && /^\d+$/.test(value) ? JSON.rawJSON(value) : value));

/** Stored before the request is sent: a repeat after a reload, a crash or a lost connection has the same key. */
const keyOf = (intent: string): string => {
  const key = sessionStorage.getItem(`key ${intent}`) ?? crypto.randomUUID();
  sessionStorage.setItem(`key ${intent}`, key);
  return `"${key}"`;
};

const mostAttempts = 3;
const longestPauseMs = 5_000;

interface Outcome<Data> {
  readonly answer: Answer<Data>;
  /** Absent: no answer came. */
  readonly status?: number;
  readonly retryAfter: string | null;
}

/** After these, the same request may help. It is safe: a write has its key, and the gateway carries it out once. */
const mayRepeat = <Data>({ answer, status = 503 }: Outcome<Data>): boolean =>
  status >= 500 || status === 429 || ("problem" in answer && answer.problem.code === "idempotency-key-in-use");

/** Milliseconds until the next attempt. Undefined: there must be none. After a 401, a new token may help. */
const pauseAfter = <Data>(outcome: Outcome<Data>, attempt: number): number | undefined => {
  const { status, retryAfter } = outcome;
  if (status === 401) return attempt === 1 ? 0 : undefined;
  if (attempt === mostAttempts || !mayRepeat(outcome)) return undefined;
  const ms = retryAfter === null ? 500 * 2 ** attempt : Number(retryAfter) * 1_000;
  return ms > longestPauseMs ? undefined : ms;
};

/** Calls the gateway for one member. */
export const createGateway = (customerId: string, language: () => string) => {
  let token: Promise<string> | undefined;
  const underWay = new Map<string, Promise<Answer<unknown>>>();

  const sendOnce = async <Data>(path: string, request: Request): Promise<Outcome<Data>> => {
    const { method = "GET", body, form, intent, accept = "application/json" } = request;
    try {
      token ??= tokenOf(customerId);
      const response = await fetch(path, {
        method,
        headers: {
          accept,
          "accept-language": language(),
          authorization: `Bearer ${await token}`,
          ...(intent && { "idempotency-key": keyOf(intent) }),
          ...(body && { "content-type": "application/json" }),
        },
        ...(form ? { body: form } : body && { body: write(body) }),
      });
      const text = await response.text();
      const isText = response.headers.get("content-type")?.startsWith("text/plain");
      const data = isText ? text : parse(text || "{}");
      const { status } = response;
      const problem = { code: `http-${status}`, ...data };
      return { answer: response.ok ? { data } : { problem }, status, retryAfter: response.headers.get("retry-after") };
    } catch {
      token = undefined;
      return { answer: { problem: { code: "no-answer", outcome: "unknown" } }, retryAfter: null };
    }
  };

  const send = async <Data>(path: string, request: Request, attempt = 1): Promise<Answer<Data>> => {
    const outcome = await sendOnce<Data>(path, request);
    const waitMs = pauseAfter(outcome, attempt);
    if (waitMs === undefined) return concluded(outcome, request);
    if (outcome.status === 401) token = undefined;
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    return send(path, request, attempt + 1);
  };

  return {
    customerId,
    /** A second click while the first is under way gets the first one's answer. */
    call: <Data>(path: string, request: Request = {}): Promise<Answer<Data>> => {
      const { intent } = request;
      if (intent === undefined) return send<Data>(path, request);
      const begun = underWay.get(intent) ?? send<Data>(path, request).finally(() => underWay.delete(intent));
      underWay.set(intent, begun);
      return begun as Promise<Answer<Data>>;
    },
  };
};

/** Once the outcome is known, the next wish is another one, and needs another key. */
const concluded = <Data>(outcome: Outcome<Data>, { intent }: Request): Answer<Data> => {
  const { answer, status = 503 } = outcome;
  const isKnown = status < 500 && status !== 401 && !mayRepeat(outcome);
  if (intent && isKnown && !("problem" in answer && answer.problem.outcome)) sessionStorage.removeItem(`key ${intent}`);
  return answer;
};

export type Gateway = ReturnType<typeof createGateway>;

declare global {
  interface JSON {
    rawJSON(text: string): unknown;
  }
}
