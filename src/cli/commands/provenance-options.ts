import { type Command, Option } from "commander";

/** Options about the provenance of a result. */
export interface ProvenanceFlags {
  readonly attestations?: "drop" | "keep-as-history";
  readonly provenance?: boolean;
  readonly provenanceOut?: string;
}

/** Declares the options of {@link ProvenanceFlags}. */
export function addProvenanceOptions(command: Command): Command {
  return command
    .optionsGroup("Provenance:")
    .option("--provenance", "record in annotations what the result was made from, by digest, and with which options")
    .option("--provenance-out <path>", "write the same to a file as an in-toto statement, ready to sign")
    .addOption(
      new Option(
        "--attestations <what>",
        "what to do with signatures and attestations, which refer to the old images (default: drop)",
      ).choices(["drop", "keep-as-history"]),
    );
}
