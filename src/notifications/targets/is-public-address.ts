import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Addresses of clouds' own services that stand in a public range: Azure answers there to every virtual machine. */
const CLOUD_SERVICES = ['168.63.129.16'];

/** All that is given out for use on the Internet; everything beside it is loopback, private, a translation or not in use. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/** The 16-bit group that stands before an IPv4 address in an ISATAP address (RFC 5214), and the bit that may differ before it. */
const ISATAP = 0x5efe;
const ISATAP_UNIVERSAL = 0x0200;

/**
 * Whether an address is one of the public Internet. Addresses that hold an IPv4 address inside (mapped, NAT64, 6to4, Teredo, ISATAP) are not:
 * where they lead depends on the network.
 */
export const isPublicAddress = (address: Address): boolean =>
  address.range() === 'unicast' &&
  (isIPv4(address) ? !CLOUD_SERVICES.includes(address.toString()) : isGlobalIPv6(address));

const isIPv4 = (address: Address): address is ipaddr.IPv4 => address.kind() === 'ipv4';

const isGlobalIPv6 = (address: ipaddr.IPv6): boolean =>
  address.match(GLOBAL_UNICAST) && !isIsatap(address);

function isIsatap({ parts }: ipaddr.IPv6): boolean {
  return parts[5] === ISATAP && ((parts[4] ?? 0) & ~ISATAP_UNIVERSAL) === 0;
}
