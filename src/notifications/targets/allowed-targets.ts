import ipaddr from 'ipaddr.js';
import { ConfigurationError } from '../../runtime/configuration.error.js';

type Range = ReturnType<typeof ipaddr.parseCIDR>;

/** Names and addresses inside the own network that webhooks may go to. */
export interface AllowedTargets {
  /** Whether this name may be called, wherever it leads and without TLS. */
  hasHost(host: string): boolean;
  hasAddress(address: ipaddr.IPv4 | ipaddr.IPv6): boolean;
}

const HOST = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

/** Reads `10.1.0.0/16`, `fd00::/8`, `10.0.0.7` and `chat.internal`; throws `ConfigurationError` for anything else. */
export function parseAllowedTargets(entries: readonly string[]): AllowedTargets {
  const ranges: Range[] = [];
  const hosts = new Set<string>();
  for (const entry of entries) {
    const range = rangeOf(entry);
    if (range) ranges.push(range);
    else hosts.add(hostOf(entry));
  }
  return {
    hasHost: (host) => hosts.has(host),
    hasAddress: (address) =>
      ranges.some(([base, bits]) => base.kind() === address.kind() && address.match(base, bits)),
  };
}

function rangeOf(entry: string): Range | null {
  if (ipaddr.IPv4.isValidCIDRFourPartDecimal(entry) || ipaddr.IPv6.isValidCIDR(entry)) {
    return ipaddr.parseCIDR(entry);
  }
  if (!ipaddr.IPv4.isValidFourPartDecimal(entry) && !ipaddr.IPv6.isValid(entry)) return null;
  const address = ipaddr.parse(entry);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

/** A name whose last part is a number would be taken for an address. */
function hostOf(entry: string): string {
  const host = entry.toLowerCase();
  if (HOST.test(host) && !/(^|\.)[0-9]+$/.test(host)) return host;
  throw new ConfigurationError(
    'DOCKET_WEBHOOKS_ALLOW_PRIVATE: expected addresses such as 10.1.2.3, ranges such as 10.1.0.0/16, or names such as chat.internal, separated by commas',
  );
}
