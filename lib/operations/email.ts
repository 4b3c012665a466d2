/** Characters between the dots before the @ (RFC 5322, 3.2.3), and letters of any script (RFC 6531, 3.3). */
const atom = "[\\w!#$%&'*+/=?^`{|}~\\u00b7\\u200c\\u200d\\u30fb\\p{L}\\p{M}\\p{N}\\p{So}-]+";
const quoted = '"(?:[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]|\\\\[\\x20-\\x7e])+"';
const localPart = new RegExp(`^(?:${atom}(?:\\.${atom})*|${quoted})$`, "u");

/** At least two labels of a host name (RFC 1123, 2.1), the last not all digits. */
const hostName =
  /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** The name as DNS knows it; undefined where there is none. */
const asciiName = (domain: string): string | undefined =>
  /[\s@:/?#\\%[\]。]/u.test(domain) ? undefined : URL.parse(`http://${domain}`)?.hostname;

/**
 * Whether it is one address that a mail server would take (RFC 5321, RFC 6531), whatever alphabet it is in. Not taken:
 * an IP address for a domain, and letters that only look like others (fullwidth, mathematical), in which none is issued.
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
