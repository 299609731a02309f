/**
 * Rewrites the arguments that docker passes to a plugin for commander: docker's boolean options may have a value
 * (`--tls=false`), and `--help` may come before the command.
 */
export function pluginArgs(args: readonly string[]): readonly string[] {
  const words = args.flatMap(plainSwitch);
  const command = words.indexOf(COMMAND);
  const help = words.findIndex((word) => word === "--help" || word === "-h");
  return help !== -1 && help < command ? [COMMAND, "--help"] : words;
}

const COMMAND = "flatten";
const SWITCH = /^(-D|--debug|--tls|--tlsverify)=(.*)$/;

function plainSwitch(word: string): string[] {
  const [, name, value = ""] = SWITCH.exec(word) ?? [];
  if (name === undefined) return [word];
  return /^(1|t|true)$/i.test(value) ? [name] : [];
}
