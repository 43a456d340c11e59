const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const LENGTH_BYTES = 2;
/** RSA keys from 2048 to 8192 bits; kubeseal's own have 4096. */
const SESSION_KEY_BYTES = [256, 384, 512, 1024];
const TAG_BYTES = 16;

/**
 * Whether the text can be a value that kubeseal encrypted: the length of an RSA-encrypted session key, that key, and
 * what AES-GCM made of the value with its tag. No text that a person would write has that form.
 *
 * @see https://github.com/bitnami-labs/sealed-secrets/blob/main/docs/developer/crypto.md
 */
export function isSealedValue(text: string): boolean {
  if (!BASE64.test(text)) {
    return false;
  }
  const bytes = Buffer.from(text, 'base64');
  const session = bytes.length > LENGTH_BYTES ? bytes.readUInt16BE(0) : 0;
  return SESSION_KEY_BYTES.includes(session) && bytes.length >= LENGTH_BYTES + session + TAG_BYTES;
}
