import { expect, test } from "vitest";
import { isPublicAddress, isPublicEndpoint } from "#lib/webhooks/public-address.ts";

test.each([
  "0.0.0.0",
  "10.1.2.3",
  "100.64.0.1",
  "127.0.0.1",
  "169.254.169.254",
  "169.254.170.2",
  "172.16.0.1",
  "172.31.255.255",
  "192.0.0.1",
  "192.168.1.1",
  "198.18.0.1",
  "224.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "::ffff:10.0.0.1",
  "::ffff:8.8.8.8",
  "64:ff9b::a00:1",
  "fc00::1",
  "fd00:ec2::254",
  "fe80::1",
  "fe80::1%eth0",
  "ff02::1",
  "2001:db8::1",
  "2001::1",
  "2002:a00:1::1",
  "no address",
  "",
])("%s is not an address of the public internet", (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each(["8.8.8.8", "100.63.255.255", "172.32.0.1", "192.167.1.1", "2600:1f18::1", "2a05:d014::1"])(
  "%s is an address of the public internet",
  (address) => {
    expect(isPublicAddress(address)).toBe(true);
  },
);

test.each([
  "https://app.example.com/hook",
  "https://app.example.com:8443/hook?tenant=1",
  "https://xn--bcher-kva.example/",
])("%s can be an endpoint", (url) => {
  expect(isPublicEndpoint(url)).toBe(true);
});

test.each([
  "http://app.example.com/hook",
  "https://user:password@app.example.com/hook",
  "https://user@app.example.com/hook",
  "https://app.example.com/hook#part",
  "https://localhost/hook",
  "https://app.localhost/hook",
  "https://printer.local/hook",
  "https://metadata.google.internal/hook",
  "https://intranet/hook",
  "https://127.0.0.1/hook",
  "https://2130706433/hook",
  "https://0x7f.1/hook",
  "https://[::1]/hook",
  "https://[::ffff:127.0.0.1]/hook",
  "https://app.example.com./hook",
  "ftp://app.example.com/hook",
  "app.example.com/hook",
  "",
])("%s cannot be an endpoint", (url) => {
  expect(isPublicEndpoint(url)).toBe(false);
});
