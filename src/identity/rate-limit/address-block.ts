const MAPPED = /^::ffff:(?=\d+\.)/i;
const GROUPS = 8;
/** An IPv6 customer has at least a /64 to change addresses in. */
const COUNTED = 4;

/** What counts as one address: an IPv4 address, or the /64 of an IPv6 address. */
export function addressBlock(address: string): string {
  const plain = address.replace(MAPPED, '');
  if (!plain.includes(':')) return plain;
  const [before = '', after] = plain.replace(/%.*$/, '').split('::');
  const [head, tail] = [groupsOf(before), groupsOf(after ?? '')];
  const zeros = Array.from({ length: Math.max(0, GROUPS - head.length - tail.length) }, () => '0');
  const groups = after === undefined ? head : [...head, ...zeros, ...tail];
  return `${groups.slice(0, COUNTED).join(':')}::/64`;
}

const groupsOf = (text: string): readonly string[] => (text === '' ? [] : text.split(':'));
