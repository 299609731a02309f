import { type Command, Option } from "commander";

/** Options of what a result says of where it comes from. */
export interface ProvenanceFlags {
  readonly attestations?: "drop" | "keep-as-history";
  readonly provenance?: boolean;
  readonly provenanceOut?: string;
}

/** Declares what a result says of where it comes from. */
export function addProvenanceOptions(command: Command): Command {
  return command
    .optionsGroup("Provenance:")
    .option("--provenance", "say in annotations what the result was made of, by its digest, and with which options")
    .option("--provenance-out <path>", "write the same as an in-toto statement, to be signed, to a file")
    .addOption(
      new Option("--attestations <what>", "signatures and attestations, which speak of the old images").choices([
        "drop",
        "keep-as-history",
      ]),
    );
}
