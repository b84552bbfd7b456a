import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';

/**
 * The keys that certificates are signed with: Ed25519, because its signatures are the same for the same bytes. One file holds the
 * private key in use and, after it, the public keys of earlier ones: they stay published, so that old signatures can be checked.
 */

export type PublishedKey = { id: string; isCurrent: boolean; pem: string };

export type CertificateKeys = {
  /** The first is the one in use. */
  published: readonly [PublishedKey, ...PublishedKey[]];
  /** A detached signature, 64 bytes, by the key in use. */
  sign(content: Uint8Array): Buffer;
};

const PRIVATE = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/g;
const PUBLIC = /-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g;

/** @throws Error when the file is not there, or is not one Ed25519 private key with public ones after it */
export function readCertificateKeys(file: string): CertificateKeys {
  return certificateKeys(readFileSync(file, 'utf8'), file);
}

/** @param from names the text in errors */
export function certificateKeys(text: string, from: string): CertificateKeys {
  const [inUse, ...more] = text.match(PRIVATE) ?? [];
  if (inUse === undefined || more.length > 0) {
    throw new Error(`${from} must hold exactly one PEM PRIVATE KEY (openssl genpkey -algorithm ed25519)`);
  }
  const key = createPrivateKey(inUse);
  const earlier = (text.match(PUBLIC) ?? []).map((pem) => createPublicKey(pem));
  for (const each of [key, ...earlier]) {
    if (each.asymmetricKeyType !== 'ed25519') throw new Error(`${from}: only Ed25519 keys are used`);
  }
  const current = publish(createPublicKey(key), true);
  const others = earlier.map((each) => publish(each, false)).filter(({ id }) => id !== current.id);
  return { published: [current, ...others], sign: (content) => sign(null, content, key) };
}

function publish(key: KeyObject, isCurrent: boolean): PublishedKey {
  return { id: keyId(key), isCurrent, pem: key.export({ type: 'spki', format: 'pem' }).toString() };
}

/** The first 16 hexadecimal digits of the SHA-256 of the public key (SubjectPublicKeyInfo, DER). */
const keyId = (key: KeyObject): string =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 16);
