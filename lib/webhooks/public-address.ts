import { BlockList, isIP, isIPv4 } from "node:net";

const listOf = (family: "ipv4" | "ipv6", subnets: readonly string[]): BlockList => {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [net = "", prefix] = subnet.split("/");
    list.addSubnet(net, Number(prefix), family);
  }
  return list;
};

/** Not reachable from everywhere: https://www.iana.org/assignments/iana-ipv4-special-registry, and multicast. */
const specialIPv4 = listOf("ipv4", [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.31.196.0/24",
  "192.52.193.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "192.175.48.0/24",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/3",
]);

/** The only IPv6 addresses that are global unicast today: https://www.iana.org/assignments/ipv6-address-space */
const globalIPv6 = listOf("ipv6", ["2000::/3"]);

/** Special parts of it: https://www.iana.org/assignments/iana-ipv6-special-registry. Some of them contain an IPv4 address. */
const specialIPv6 = listOf("ipv6", ["2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"]);

/** Whether an IP address belongs to the public internet. A private, local or mapped one does not, nor does anything else. */
export const isPublicAddress = (address: string): boolean => {
  if (isIPv4(address)) return !specialIPv4.check(address, "ipv4");
  return isIP(address) === 6 && globalIPv6.check(address, "ipv6") && !specialIPv6.check(address, "ipv6");
};

/** Whether a URL can be a partner's endpoint: https, a host name with a domain, no credentials, no fragment. */
export const isPublicEndpoint = (text: string): boolean => {
  const url = URL.parse(text);
  if (url?.protocol !== "https:" || url.username !== "" || url.password !== "" || url.hash !== "") return false;
  // A browser's URL parser has turned each way to write an IPv4 address, such as 0x7f.1, into four numbers.
  return (
    /^[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z][a-z0-9-]*$/.test(url.hostname) &&
    !/\.(local|localhost|internal)$/.test(url.hostname)
  );
};
