/** The same key came with another payload: a mistake of the caller's program. */
export class KeyReused extends Error {
  override readonly name = "KeyReused";
}

/** The first request with this key is still being carried out. */
export class KeyInUse extends Error {
  override readonly name = "KeyInUse";
  readonly retryAfterSeconds: number;
  constructor(retryAfterSeconds: number) {
    super("the first request with this key is still running");
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The table of writes cannot be reached: a write that cannot be written down first is not begun. */
export class LedgerUnavailable extends Error {
  override readonly name = "LedgerUnavailable";
}
