import { describe, expect, test } from "vitest";
import { findSecrets, mayHoldSecrets } from "../../../src/secrets/find-secrets.ts";
import { secretName } from "../../../src/secrets/secret-names.ts";
import { SECRET_PATTERNS } from "../../../src/secrets/secret-patterns.ts";

// Made up at run time, so that no scanner of repositories finds them here.
const x = (length: number): string => "aB3dE6gH9k".repeat(30).slice(0, length);
const upper = (length: number): string => "Q2RTZ7WVNK".repeat(3).slice(0, length);
const begin = (what: string): string => `-----BEGIN ${what}-----`;

const SAMPLES: readonly (readonly [pattern: string, text: string, path?: string])[] = [
  ["private-key", `a\n${begin("RSA PRIVATE KEY")}\nProc-Type: 4,ENCRYPTED\nDEK-Info: x\n\n${x(64)}\n`],
  ["private-key", `{"private_key": "${begin("PRIVATE KEY")}\\n${x(64)}\\n"}`],
  ["pgp-private-key", `${begin("PGP PRIVATE KEY BLOCK")}\nVersion: 1\n\n${x(64)}`],
  ["aws-access-key", `id = AKIA${upper(16)}\n`],
  ["aws-secret-key", `aws_secret_access_key = ${x(40)}\n`],
  ["github-token", `https://ghp_${x(36)}@github.com`],
  ["github-token", `github_pat_${x(22)}_${x(59)}`],
  ["gitlab-token", `token: glpat-${x(20)}`],
  ["slack-token", `xoxb-123456789012-${x(24)}`],
  ["google-api-key", `key=AIza${x(35)}`],
  ["stripe-key", `sk_live_${x(24)}`],
  ["npm-token", `//registry.npmjs.org/:_authToken=${x(36)}`],
  ["npm-token", `npm_${x(36)}`],
  ["pypi-token", `pypi-AgEIcHlwaS5vcmc${x(60)}`],
  ["azure-storage-key", `AccountName=a;AccountKey=${x(86)}==;`],
  ["vault-token", `hvs.${x(30)}`],
  ["registry-auth", `{"auths": {"r": {"auth": "${x(20)}"}}}`, "root/.docker/config.json"],
  ["url-password", `https://user:${x(10)}@example.org`, "root/.git-credentials"],
  ["netrc-password", `machine example.org login me password ${x(8)}`, "root/.netrc"],
];

describe("a secret in a text is found", () => {
  test.each(SAMPLES)("%s: %s", (pattern, text, path = "app/config") => {
    const found = findSecrets(`\n${text}`, path, 9);
    expect(found.map((secret) => secret.pattern)).toContain(pattern);
    const secret = found.find((each) => each.pattern === pattern);
    expect(secret?.line).toBeGreaterThanOrEqual(2);
    expect(secret?.excerpt.endsWith("…")).toBe(true);
    expect(secret?.excerpt).not.toContain(x(9));
    expect(secret?.excerpt).not.toContain(upper(9));
  });

  test("every pattern has a sample", () => {
    const missing = SECRET_PATTERNS.filter(({ name }) => !SAMPLES.some(([pattern]) => pattern === name));
    expect(missing).toEqual([]);
  });
});

describe("no secret is found in", () => {
  test.each([
    ["a public key", `${begin("PUBLIC KEY")}\n${x(64)}`],
    ["a certificate", `${begin("CERTIFICATE")}\n${x(64)}`],
    ["code that writes keys", `if (text.startsWith("${begin("RSA PRIVATE KEY")}")) return parse(text);`],
    ["the example of AWS's manual", "AKIAIOSFODNN7EXAMPLE"],
    ["a variable for a token", `//registry.npmjs.org/:_authToken=${"$"}{NPM_TOKEN}`],
    ["a word that begins like a token", "ghp_short and npm_config_cache and glpat-x"],
    ["credentials elsewhere than in their files", `https://user:${x(10)}@example.org {"auth": "${x(20)}"}`],
  ])("%s", (_, text) => {
    expect(findSecrets(text, "app/file", 9)).toEqual([]);
  });
});

test("equal secrets have equal fingerprints, wherever they are", () => {
  const [first, second, third] = [`a ${SAMPLES[3]?.[1]}`, `b\n${SAMPLES[3]?.[1]}`, `AKIA${upper(15)}A `].map(
    (text) => findSecrets(text, "f", 9)[0]?.fingerprint,
  );
  expect(first).toBe(second);
  expect(first).not.toBe(third);
});

test("keys of one kind begin alike, but have different fingerprints", () => {
  const keys = ["1", "2"].map((own) => `${begin("OPENSSH PRIVATE KEY")}\n${x(70)}\n${own}${x(69)}\n-----END`);
  const [first, second, again] = [...keys, `other text\n${keys[0]}\n`].map((text) => findSecrets(text, "f", 9));
  expect(second?.[0]?.fingerprint).not.toBe(first?.[0]?.fingerprint);
  expect(again?.[0]?.fingerprint).toBe(first?.[0]?.fingerprint);
});

test("all matches are found with their lines, up to a number", () => {
  const text = Array.from(
    { length: 40 },
    (_, at) => `# ${at}\nAKIA${upper(16)}\n${begin("PRIVATE KEY")}\n${x(64)}`,
  ).join("\n");
  const lines = (most: number) => findSecrets(text, "f", most).map(({ pattern, line }) => [pattern, line]);
  expect(lines(1000)).toEqual([
    ...Array.from({ length: 40 }, (_, at) => ["private-key", at * 4 + 3]),
    ...Array.from({ length: 40 }, (_, at) => ["aws-access-key", at * 4 + 2]),
  ]);
  expect(lines(41)).toEqual(lines(1000).slice(0, 41));
});

test("documentation, headers and third-party packages are not searched", () => {
  expect(["usr/share/doc/a/key", "./usr/include/x", "app/node_modules/tls/test.pem"].filter(mayHoldSecrets)).toEqual(
    [],
  );
  expect(["usr/lib/a.py", "/usr/share/x", "lib/x", "./var/cache/x", "usr/local/lib/x"].filter(mayHoldSecrets)).toEqual(
    [],
  );
  expect(["etc/key", "app/lib/config", "usr/local/etc/x", "usr/src/app/key", "srv/usr/x"].every(mayHoldSecrets)).toBe(
    true,
  );
});

test("file names identify files that hold nothing but credentials", () => {
  expect(
    [
      "root/.ssh/id_ed25519",
      "a/b.p12",
      "root/.netrc",
      "app/.env.production",
      "root/.aws/credentials",
      "run/secrets/npm",
    ].map(secretName),
  ).toEqual([
    "ssh-key-file",
    "key-store-file",
    "credentials-file",
    "environment-file",
    "credentials-file",
    "build-secret-file",
  ]);
  expect(["id_rsa.pub", "etc/credentials", ".env.example", "usr/lib/a.jks.txt", "run/secrets"].map(secretName)).toEqual(
    Array(5).fill(undefined),
  );
});
