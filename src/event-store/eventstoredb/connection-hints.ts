const HINTS: readonly (readonly [RegExp, string])[] = [
  [/altnames/i, 'the certificate of the server is for other names than its address here'],
  [/certificate has expired|CERT_HAS_EXPIRED/i, 'the certificate of the server has expired'],
  [
    /certificate|self.signed/i,
    'the certificate of the server is not trusted: name the authority that signed it with tlsCAFile',
  ],
  [/wrong version number|packet length too long/i, 'the server does not speak TLS: tls=false'],
  [
    /Last error: Failed to connect/,
    'it was taken and closed at once: perhaps the server speaks TLS',
  ],
];

/** What an operator can do about the text of a failed connection, in brackets; empty when nothing is known. */
export function hintAt(text: string): string {
  const hint = HINTS.find(([pattern]) => pattern.test(text));
  return hint === undefined ? '' : ` (${hint[1]})`;
}
