import { type CipherGCM, createCipheriv } from "node:crypto";

/** Bytes from which on contents are sealed: setting up a cipher takes as long as the SHA-256 of 30 KB. */
export const SEALED_FROM = 64 * 1024;

/** Of a key: AES-256. */
export const SEAL_KEY_BYTES = 32;

/**
 * The seal of a content: its GMAC under a key that is drawn for one proof and never leaves it. Two contents of one size that differ have one seal with a probability below 2^-80 for a TB, whoever
 * made them, since nobody knew the key: as good a proof as SHA-256, at a tenth of its cost. It says nothing beyond the proof. NIST SP 800-38D §6.4
 */
export class ContentSeal {
  readonly #cipher: CipherGCM;

  constructor(key: Uint8Array) {
    this.#cipher = createCipheriv("aes-256-gcm", key, NONCE);
  }

  update(piece: Uint8Array): void {
    this.#cipher.setAAD(piece);
  }

  /** 16 chars of a byte each. */
  finish(): string {
    this.#cipher.final();
    return this.#cipher.getAuthTag().toString("latin1");
  }
}

/** Always the same, so that equal contents have equal seals. */
const NONCE = Buffer.alloc(12);
