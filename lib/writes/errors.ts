import type { Foreseen } from "#lib/problems/types.ts";

/** The same key came with another payload: a mistake of the caller's program. */
export class KeyReused extends Error implements Foreseen {
  override readonly name = "KeyReused";
  readonly code = "idempotency-key-reused";
}

/** The first request with this key is still being carried out. */
export class KeyInUse extends Error implements Foreseen {
  override readonly name = "KeyInUse";
  readonly code = "idempotency-key-in-use";
  readonly retryAfterSeconds: number;
  constructor(retryAfterSeconds: number) {
    super("the first request with this key is still running");
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The writes table cannot be reached. A write that cannot be recorded there is not sent. */
export class LedgerUnavailable extends Error implements Foreseen {
  override readonly name = "LedgerUnavailable";
  readonly code = "ledger-unavailable";
  readonly retryAfterSeconds = 5;
}
