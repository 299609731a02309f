import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** PEM files of an authority and of what it signed. */
export interface Certificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Makes, with openssl, an authority that nobody trusts and a certificate by it for localhost and for clients. */
export function makeCertificates(folder: string): Certificates {
  const path = (name: string) => join(folder, name);
  const openssl = (...args: readonly string[]) => execFileSync("openssl", args, { stdio: "pipe", cwd: folder });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc"];
  openssl(
    "req",
    "-x509",
    ...key,
    "-keyout",
    "ca.key",
    "-out",
    "ca.crt",
    "-days",
    "2",
    "-subj",
    "/CN=planish test authority",
  );
  const signed = ["-CA", "ca.crt", "-CAkey", "ca.key", "-days", "2", "-subj", "/CN=localhost"];
  const names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-addext", "basicConstraints=CA:FALSE"];
  openssl("req", "-x509", ...key, "-keyout", "server.key", "-out", "server.crt", ...signed, ...names);
  return { ca: path("ca.crt"), cert: path("server.crt"), key: path("server.key") };
}

/** Makes a self-signed RSA certificate whose key signs tokens. */
export function makeTokenCertificate(folder: string): { readonly cert: string; readonly key: string } {
  const args = ["req", "-x509", "-newkey", "rsa:2048", "-noenc", "-keyout", "token.key", "-out", "token.crt"];
  execFileSync("openssl", [...args, "-days", "2", "-subj", "/CN=planish test tokens"], { stdio: "pipe", cwd: folder });
  return { cert: join(folder, "token.crt"), key: join(folder, "token.key") };
}
