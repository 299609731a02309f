import { readFileSync } from "node:fs";
import { Ajv } from "ajv";

/** Violations of the SARIF 2.1.0 schema; empty if the log is valid. */
export function sarifErrors(log: unknown): string[] {
  validate(log);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

const place = import.meta.resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");
// The only keyword of draft 4 in the schema that later drafts changed is `id`.
const { $schema, id, ...schema } = JSON.parse(readFileSync(new URL(place), "utf8"));
const formats = {
  uri: (text: string) => URL.canParse(text),
  "uri-reference": (text: string) => /^(?:%[0-9A-F]{2}|[\w.~!$&'()*+,;=:@/?#[\]-])*$/i.test(text),
  "date-time": (text: string) => !Number.isNaN(Date.parse(text)),
};
const validate = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false, formats }).compile(schema);
