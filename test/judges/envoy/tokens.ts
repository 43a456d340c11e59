import { createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

/** Somebody who signs tokens. */
export class Issuer {
  public readonly publicKey: KeyObject;
  private readonly privateKey: KeyObject;

  constructor(
    private readonly id: string,
    private readonly name = 'https://issuer.example.com',
  ) {
    ({ publicKey: this.publicKey, privateKey: this.privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 }));
  }

  public get jwk(): Record<string, unknown> {
    return { ...this.publicKey.export({ format: 'jwk' }), kid: this.id, use: 'sig', alg: 'RS256' };
  }

  public get jwks(): string {
    return JSON.stringify({ keys: [this.jwk] });
  }

  /** A token that is good but for the claims given here; undefined leaves one out. */
  public token(claims: Readonly<Record<string, unknown>> = {}): string {
    const text = `${part({ alg: 'RS256', kid: this.id })}.${this.claims(claims)}`;
    return `${text}.${sign('RSA-SHA256', Buffer.from(text), this.privateKey).toString('base64url')}`;
  }

  /** Tokens that anybody can make who knows the public key. */
  public forged(): Record<string, string> {
    const unsigned = `${part({ alg: 'none', kid: this.id })}.${this.claims()}`;
    const hmac = `${part({ alg: 'HS256', kid: this.id })}.${this.claims()}`;
    const pem = this.publicKey.export({ type: 'spki', format: 'pem' });
    const [head, , signature] = this.token().split('.');
    return {
      'without a signature': `${unsigned}.`,
      'signed with the public key as a password': `${hmac}.${createHmac('sha256', pem).update(hmac).digest('base64url')}`,
      'changed after it was signed': `${head}.${this.claims({ sub: 'admin' })}.${signature}`,
    };
  }

  private claims(changes: Readonly<Record<string, unknown>> = {}): string {
    const now = Math.floor(Date.now() / 1000);
    return part({ iss: this.name, aud: 'churn', sub: 'web', iat: now, exp: now + 600, ...changes });
  }
}

const part = (content: object): string => Buffer.from(JSON.stringify(content)).toString('base64url');
