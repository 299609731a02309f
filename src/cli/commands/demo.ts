import { type Command, Option } from "commander";
import type { Surroundings } from "../surroundings.ts";

/** The options of `planish demo`, as parsed by commander. */
export interface DemoFlags {
  readonly format: "text" | "json";
}

const MORE = `
Makes DIR/planish-demo.tar, a small image of many layers that says Hello, World!
and flattens it to DIR/planish-demo-flat.tar. Archives from an earlier demo are
replaced. Needs no network and no container engine.`;

/** Declares `planish demo`. */
export function declareDemo(program: Command, surroundings: Surroundings): void {
  program
    .command("demo")
    .summary("make an image of many layers and flatten it before your eyes")
    .argument("[dir]", "where the two archives go", "planish-demo")
    .addOption(new Option("--format <format>", "what goes to stdout").choices(["text", "json"]).default("text"))
    .addHelpText("after", MORE)
    .action(async (directory: string, flags: DemoFlags) => {
      const { runDemo } = await import("../actions/demo.ts");
      await runDemo({ directory, flags }, surroundings);
    });
}
