/** Whether a URL's host is this machine by itself, whatever DNS says. */
export const isLoopback = (hostname: string): boolean =>
  /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/i.test(hostname);

/**
 * Whether a Host header names this machine, or one of `names`, at any port. A web page that made DNS lead its own name
 * here (DNS rebinding) sends that name.
 */
export const isHostOfOurs = (host = "", names: readonly string[] = []): boolean => {
  const hostname = host.replace(/:\d*$/, "").toLowerCase();
  return isLoopback(hostname) || names.includes(hostname);
};
