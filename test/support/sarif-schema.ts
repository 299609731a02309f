import { readFileSync } from "node:fs";
import { Ajv } from "ajv";

/** What is wrong with a SARIF log by the schema of its standard, 2.1.0; nothing where it is valid. */
export function sarifErrors(log: unknown): string[] {
  validate(log);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

const place = import.meta.resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");
// Of draft 4 the schema uses nothing that later drafts mean otherwise but the name of its own address.
const { $schema, id, ...schema } = JSON.parse(readFileSync(new URL(place), "utf8"));
const formats = {
  uri: (text: string) => URL.canParse(text),
  "uri-reference": (text: string) => /^(?:%[0-9A-F]{2}|[\w.~!$&'()*+,;=:@/?#[\]-])*$/i.test(text),
  "date-time": (text: string) => !Number.isNaN(Date.parse(text)),
};
const validate = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false, formats }).compile(schema);
