/** A mistake that the operator can correct. The message says how, and is printed without a stack. */
export class Refused extends Error {
  override readonly name = "Refused";
}
