import { Command, CommanderError } from "commander";

/**
 * commander's message about an unknown option that was typed with its value, `--outpt=x`, which it takes for a part of
 * the name: without the value, which may be a secret, and with the suggestion that the name alone gets. Other messages
 * stay as they are.
 */
export function withoutValue(message: string, command: Command): string {
  const [, name] = /^error: unknown option '(--?[^-=][^=]*)=.*'/s.exec(message) ?? [];
  if (name === undefined) return message;
  const options = command.createHelp().visibleOptions(command);
  if (options.some(({ long, short }) => name === long || name === short))
    return `error: option '${name}' takes no value`;
  const twin = new Command().exitOverride().configureOutput({ writeErr() {} });
  for (const option of options) twin.addOption(option);
  try {
    twin.parse([name], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return error.message;
    throw error;
  }
  return message;
}
