import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';

/** What a token is for, in the tests. */
export const AUDIENCE = 'docket';

export interface TokenOptions {
  /** By default the issuer's newest key; any other gives a forged token. */
  readonly key?: SigningKey;
  readonly kid?: string;
}

export interface SigningKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

/** An OpenID issuer of this process at a free port of the loopback, with what can go wrong with it. */
export class LocalIssuer {
  #keys: readonly SigningKey[] = [];
  #isAway = false;
  #readings = 0;
  readonly #name: string | undefined;

  private constructor(
    private readonly server: Server,
    name: string | undefined,
  ) {
    this.#name = name;
  }

  /** `name` is what it calls itself, by default as it is reached. */
  static async start(name?: string): Promise<LocalIssuer> {
    const server = createServer();
    const issuer = new LocalIssuer(server, name);
    server.on('request', (request, response) => {
      const { status, body } = issuer.#answerTo(request.url ?? '');
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    issuer.#keys = [await newKey('RS256')];
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** How often its keys were read. */
  get readings(): number {
    return this.#readings;
  }

  /** The key it signs with now. */
  get key(): SigningKey {
    const newest = this.#keys.at(-1);
    if (!newest) throw new Error('It has no key.');
    return newest;
  }

  /** Signs with a new key from now on; tokens signed with the others are good no more unless it `keeps` those. */
  async rotate({ alg = 'RS256', keeps = false } = {}): Promise<void> {
    this.#keys = [...(keeps ? this.#keys : []), await newKey(alg)];
  }

  leave(): void {
    this.#isAway = true;
  }

  comeBack(): void {
    this.#isAway = false;
  }

  /** A token with these claims, which is good for five minutes unless they say otherwise. */
  async token(
    claims: Readonly<Record<string, unknown>>,
    { key = this.key, kid = key.kid }: TokenOptions = {},
  ): Promise<string> {
    const now = Math.floor(Date.now() / 1_000);
    const usual = { iss: this.url, aud: AUDIENCE, iat: now, exp: now + 300 };
    return new SignJWT({ ...usual, ...claims })
      .setProtectedHeader({ alg: key.alg, kid })
      .sign(key.privateKey);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  #answerTo(path: string): { readonly status: number; readonly body: object } {
    if (this.#isAway) return { status: 503, body: {} };
    if (path === '/.well-known/openid-configuration') {
      return {
        status: 200,
        body: { issuer: this.#name ?? this.url, jwks_uri: `${this.url}/keys` },
      };
    }
    if (path !== '/keys') return { status: 404, body: {} };
    this.#readings += 1;
    return { status: 200, body: { keys: this.#keys.map(({ publicJwk }) => publicJwk) } };
  }
}

let made = 0;

/** A key as an issuer has it, which nobody published yet. */
export async function newKey(alg: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  made += 1;
  const kid = `key-${made}`;
  return {
    kid,
    alg,
    privateKey,
    publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' },
  };
}
