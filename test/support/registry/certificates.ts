import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { debianProgram } from "./debian-program.ts";

/** PEM files of a certificate authority and of the certificates that it signed. */
export interface Certificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Makes, with openssl, an untrusted authority, and a certificate signed by it for localhost and for clients. */
export function makeCertificates(folder: string): Certificates {
  const ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  request(folder, [
    ...ec,
    "-keyout",
    "ca.key",
    "-out",
    "ca.crt",
    "-subj",
    "/CN=planish test authority",
    "-extensions",
    "ca",
  ]);
  const signed = ["-CA", "ca.crt", "-CAkey", "ca.key", "-subj", "/CN=localhost", "-extensions", "server"];
  request(folder, [...ec, "-keyout", "server.key", "-out", "server.crt", ...signed]);
  return { ca: join(folder, "ca.crt"), cert: join(folder, "server.crt"), key: join(folder, "server.key") };
}

/** Makes a self-signed RSA certificate whose key signs tokens. */
export function makeTokenCertificate(folder: string): { readonly cert: string; readonly key: string } {
  request(folder, [
    "-newkey",
    "rsa:2048",
    "-keyout",
    "token.key",
    "-out",
    "token.crt",
    "-subj",
    "/CN=planish test tokens",
  ]);
  return { cert: join(folder, "token.crt"), key: join(folder, "token.key") };
}

/** A configuration file, since openssl outside its root filesystem does not find the default one. */
const CONFIGURATION = `
[req]
distinguished_name = name
[name]
[ca]
basicConstraints = critical, CA:TRUE
subjectKeyIdentifier = hash
[server]
basicConstraints = CA:FALSE
subjectAltName = DNS:localhost, IP:127.0.0.1
`;

function request(folder: string, args: readonly string[]): void {
  const [command = "openssl", ...before] = debianProgram("openssl") ?? [];
  writeFileSync(join(folder, "openssl.cnf"), CONFIGURATION);
  const common = ["req", "-x509", "-config", "openssl.cnf", "-noenc", "-days", "2"];
  execFileSync(command, [...before, ...common, ...args], { stdio: "pipe", cwd: folder });
}
