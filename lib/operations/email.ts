/** Characters between the dots before the @ (RFC 5322, 3.2.3), and letters of any script (RFC 6531, 3.3). */
const atom = "[\\w!#$%&'*+/=?^`{|}~\\u00b7\\u200c\\u200d\\u30fb\\p{L}\\p{M}\\p{N}\\p{So}-]+";
const quoted = '"(?:[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]|\\\\[\\x20-\\x7e])+"';
const localPart = new RegExp(`^(?:${atom}(?:\\.${atom})*|${quoted})$`, "u");

/** At least two labels of a host name (RFC 1123, 2.1), the last not all digits. */
const hostName =
  /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** The domain in the ASCII form that DNS uses. Undefined if it has none. */
const asciiName = (domain: string): string | undefined =>
  /[\s@:/?#\\%[\]。]/u.test(domain) ? undefined : URL.parse(`http://${domain}`)?.hostname;

/**
 * Whether the text is one address that a mail server accepts (RFC 5321, RFC 6531), in any alphabet. Not valid here: an
 * IP address as the domain, and fullwidth or mathematical letters, which providers do not allow in addresses.
 */
export const isEmail = (text: string): boolean => {
  const at = text.lastIndexOf("@");
  const [local, domain] = [text.slice(0, at), text.slice(at + 1)];
  return (
    at > 0 &&
    text.length <= 254 &&
    text.normalize("NFKC") === text &&
    localPart.test(local) &&
    hostName.test(asciiName(domain) ?? "")
  );
};
