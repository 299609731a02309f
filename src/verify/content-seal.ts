import { type CipherGCM, createCipheriv, generateKeySync, type KeyObject } from "node:crypto";

/** Contents of at least so many bytes are sealed: setting up a cipher takes as long as the SHA-256 of 8 KB. */
export const SEALED_FROM = 16 * 1024;

/**
 * The key of a proof. An object, since Node would wrap raw bytes for every seal, which takes longer than the seal
 * itself.
 */
export type SealKey = KeyObject;

export function drawSealKey(): SealKey {
  return generateKeySync("aes", { length: 256 });
}

/**
 * The seal of a content: its GMAC under a random key that is used for one proof and never leaves it. Different contents
 * of one size have the same seal with a probability below 2^-80 for a TB, even if an attacker chose them, who cannot
 * know the key: as good a proof as SHA-256, at a tenth of its cost. Outside that proof a seal means nothing. NIST SP
 * 800-38D §6.4
 */
export class ContentSeal {
  readonly #cipher: CipherGCM;

  constructor(key: SealKey) {
    this.#cipher = createCipheriv("aes-256-gcm", key, NONCE);
  }

  update(piece: Uint8Array): void {
    this.#cipher.setAAD(piece);
  }

  /** 16 bytes, one char a byte. */
  finish(): string {
    this.#cipher.final();
    return this.#cipher.getAuthTag().toString("latin1");
  }
}

/** Always the same, so that equal contents have equal seals. */
const NONCE = Buffer.alloc(12);
