import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";

const FOLDER = join(import.meta.dirname, "../../docs/schema");

/**
 * Checks documents against docs/schema; a property that no schema names is a fault too, since it would be undocumented.
 */
export function schemaErrors(name: string, value: unknown): string[] {
  const validate = documented.getSchema(`urn:planish:schema:1:${name}`);
  if (validate === undefined) throw new Error(`no schema ${name}`);
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message, params }) => {
    return `${instancePath} ${message} ${JSON.stringify(params)}`;
  });
}

const documented = new Ajv2020({ strict: true, strictRequired: false, allErrors: true, allowUnionTypes: true });
for (const file of readdirSync(FOLDER).filter((name) => name.endsWith(".schema.json"))) {
  documented.addSchema(closed(JSON.parse(readFileSync(join(FOLDER, file), "utf8"))) as object);
}

/** The same schema, but objects with named properties take no others; `result` is closed by what refers to it. */
function closed(schema: unknown, name = ""): unknown {
  if (Array.isArray(schema)) return schema.map((part) => closed(part));
  if (typeof schema !== "object" || schema === null) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value, key)]));
  const named = "properties" in schema && "required" in schema && name !== "result";
  return named ? { ...copy, unevaluatedProperties: false } : copy;
}
