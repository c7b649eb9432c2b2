import { lookup as lookUp } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import ipaddr from 'ipaddr.js';
import pLimit from 'p-limit';
import type { AllowedTargets } from './allowed-targets.js';
import { isPublicAddress } from './is-public-address.js';

/** A webhook would have gone to an address that is not allowed. */
export class TargetRefused extends Error {
  override readonly name = 'TargetRefused';
}

/** Resolves a name to all of its addresses, as `dns.lookup` does. */
export type Resolve = (host: string) => Promise<Addresses>;

type Addresses = readonly { readonly address: string; readonly family: number }[];

/** The system looks names up on few threads that others need too; a slow name server must not have them all. */
const MAX_LOOKUPS = 2;

/** Ports that services other than web servers have, such as 22 and 25, are nothing to call. */
const WEB_PORTS = ['', '80', '443'];
const FIRST_USER_PORT = 1_024;

/** Decides where webhooks may go: to public addresses, and to what the operator allows. */
export class TargetGuard {
  readonly #resolving = pLimit(MAX_LOOKUPS);
  readonly #underWay = new Map<string, Promise<Addresses>>();

  constructor(
    private readonly allowed: AllowedTargets,
    private readonly resolve: Resolve = (host) => lookUp(host, { all: true }),
  ) {}

  /** Why no webhook may ever go to this address, null when one may; what its name resolves to is seen when it is called. */
  objection(url: URL): string | null {
    if (url.username !== '' || url.password !== '') return 'it must hold no user and no password';
    if (url.hash !== '') return 'it must hold no fragment';
    const host = hostOf(url);
    const isAllowed = this.#isAllowed(host);
    if (ipaddr.isValid(host) && !isAllowed && !isPublicAddress(ipaddr.parse(host))) {
      return 'this is no public address; allow it in DOCKET_WEBHOOKS_ALLOW_PRIVATE';
    }
    if (isAllowed) return null;
    if (url.protocol !== 'https:') {
      return 'expected https://; http:// needs a target that DOCKET_WEBHOOKS_ALLOW_PRIVATE names';
    }
    const isWebPort = WEB_PORTS.includes(url.port) || Number(url.port) >= FIRST_USER_PORT;
    return isWebPort ? null : 'expected port 443, 80, or 1024 and above';
  }

  /**
   * For `connect`: looks the name up and hands over the very addresses that were judged, so that no second answer of a name server can
   * lead elsewhere. One address that is not allowed refuses the name. Fails with `TargetRefused`.
   */
  readonly lookup: LookupFunction = (host, { all }, callback) => {
    callbackify(() => this.#judged(host))((error, addresses) => {
      const [first] = addresses ?? [];
      if (error) callback(error, '');
      else if (all) callback(null, [...addresses]);
      else callback(null, first?.address ?? '', first?.family);
    });
  };

  async #judged(name: string) {
    const addresses = await this.#resolved(name);
    const host = withoutDot(name);
    const isSafe = ({ address }: { readonly address: string }) => {
      if (!ipaddr.isValid(address)) return false;
      const parsed = ipaddr.parse(address);
      return this.allowed.hasAddress(parsed) || isPublicAddress(parsed);
    };
    if (addresses.length > 0 && (this.allowed.hasHost(host) || addresses.every(isSafe))) {
      return addresses;
    }
    throw new TargetRefused('The name leads to an address that is not allowed.');
  }

  /** One look-up of a name at a time, or those of one endpoint would be all that there may be. */
  #resolved(name: string): Promise<Addresses> {
    const underWay = this.#underWay.get(name);
    if (underWay) return underWay;
    const resolving = this.#resolving(() => this.resolve(name)).finally(() =>
      this.#underWay.delete(name),
    );
    this.#underWay.set(name, resolving);
    return resolving;
  }

  #isAllowed(host: string): boolean {
    return ipaddr.isValid(host)
      ? this.allowed.hasAddress(ipaddr.parse(host))
      : this.allowed.hasHost(host);
  }
}

/** As a URL names it: in lower case, numbers of all notations already turned into addresses. */
const hostOf = ({ hostname }: URL): string => withoutDot(hostname.replace(/^\[(.+)\]$/, '$1'));

const withoutDot = (host: string): string => host.replace(/\.$/, '');
