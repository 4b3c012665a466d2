/** The person who ran the command can mend this: a setting, the configuration or the code. The message says what and where. */
export class StartFailed extends Error {
  override readonly name = "StartFailed";
}
