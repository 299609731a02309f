import { type Command, InvalidArgumentError } from "commander";
import type { DiffAttribute } from "../../index.ts";
import type { Surroundings } from "../surroundings.ts";
import { addLookOptions, type LookFlags } from "./look-options.ts";

/** The options of `planish diff`, as parsed by commander. */
export interface DiffFlags extends LookFlags {
  readonly layersA?: string;
  readonly layersB?: string;
  readonly ignore?: readonly DiffAttribute[];
  readonly exitCode?: boolean;
}

const ATTRIBUTES = ["mode", "owner", "mtime", "content", "links", "xattr"] as const satisfies readonly DiffAttribute[];

const MORE = `
The first column is A for what only B has, D for what only A has, and C for what
both have but differs. Files of equal size are compared byte for byte, except
with --ignore content.

Exit status: 0; with --exit-code or --quiet, 7 if there is a difference.

Examples:
  $ planish diff app-1.0.tar app-1.1.tar
  $ planish diff docker-daemon:app:1.0 container:web
  $ planish diff app.tar --layer 3
  $ planish diff --ignore mtime docker://registry.example/app:1.0 app.tar
  $ planish diff --layers-a 0-2 --layers-b 0-4 app.tar app.tar`;

/** Collects `--ignore`. For an invalid value commander expects its own error class. */
function attributes(value: string, previous: readonly DiffAttribute[] = []): readonly DiffAttribute[] {
  const found = ATTRIBUTES.find((attribute) => attribute === value);
  if (found === undefined) throw new InvalidArgumentError(`Allowed choices are ${ATTRIBUTES.join(", ")}.`);
  return [...previous, found];
}

/** Declares `planish diff`. */
export function declareDiff(program: Command, surroundings: Surroundings): void {
  const command = program
    .command("diff")
    .summary("show how two images differ, or what a layer changes")
    .description(
      "Compares the filesystems and configs of two images; with --layer, shows what one layer of an image changes.",
    )
    .argument("<a>", "the image before")
    .argument("[b]", "the image after; omit with --layer");
  addLookOptions(command, { quiet: "print nothing; implies --exit-code" })
    .optionsGroup("Image:")
    .option("--layer <n>", "show what layer <n> changes (0: bottom)")
    .option("--layers-a <range>", "only these layers of A: 3, 0-2 or 2-")
    .option("--layers-b <range>", "only these layers of B")
    .optionsGroup("Output:")
    .option("--ignore <attribute>", `do not compare this, repeatable: ${ATTRIBUTES.join(", ")}`, attributes)
    .option("--exit-code", "exit with status 7 if there is a difference")
    .addHelpText("after", MORE)
    .action(async (a: string, b: string | undefined, flags: DiffFlags) => {
      const { runDiff } = await import("../actions/diff.ts");
      await runDiff({ a, b, flags }, surroundings);
    });
}
