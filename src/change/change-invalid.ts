import { UsageError } from "../errors.ts";

/** The error for an instruction that cannot be applied, and why. */
export function changeInvalid(instruction: string, why: string): UsageError {
  return new UsageError("ARGUMENT_INVALID", `--change ${JSON.stringify(instruction)}: ${why}`, {
    details: { hint: 'instructions are those of a Dockerfile, such as CMD ["app"] or ENV LANG=C.UTF-8' },
  });
}
