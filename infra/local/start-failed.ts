/** A mistake in a setting, the configuration or the code, which the user can correct. The message says what and where. */
export class StartFailed extends Error {
  override readonly name = "StartFailed";
}
