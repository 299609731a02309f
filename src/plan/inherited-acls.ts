import type { EntryPlace } from "./tree.ts";

/** The default ACLs that entries other than directories inherited in their own layers (R5.11). Nearly always empty. */
export class InheritedAcls {
  readonly #byLayer = new Map<number, Map<number, string>>();

  add({ layer, ordinal }: EntryPlace, acl: string): void {
    const acls = this.#byLayer.get(layer) ?? new Map<number, string>();
    this.#byLayer.set(layer, acls);
    acls.set(ordinal, acl);
  }

  of({ layer, ordinal }: EntryPlace): string | undefined {
    return this.#byLayer.get(layer)?.get(ordinal);
  }
}
