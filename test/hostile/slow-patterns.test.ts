import { createContext, runInContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { redact } from "../../src/change/redact.ts";
import { stepCommand } from "../../src/cli/views/step-command.ts";
import { findSecrets } from "../../src/secrets/find-secrets.ts";
import { baseByAnnotation } from "../../src/squash/base-by-annotation.ts";
import { baseByHistory } from "../../src/squash/base-by-history.ts";
import { layerSizes } from "../../src/transport/daemon/layer-sizes.ts";
import { asImageName } from "../../src/transport/image-name.ts";
import { parseChallenges } from "../../src/transport/registry/challenge.ts";
import { nextPage } from "../../src/transport/registry/next-page.ts";
import { loadFixture } from "../support/load-fixture.ts";

const image = await loadFixture({ layers: ["a", "b"] });
const { manifest, config } = image;
const named = (name: string) => {
  const annotations = {
    "org.opencontainers.image.base.name": name,
    "org.opencontainers.image.base.digest": manifest.descriptor.digest,
  };
  return { ...image, manifest: { ...manifest, json: { ...manifest.json, annotations } } };
};
const made = (created_by: string) => ({
  ...image,
  config: { ...config, json: { ...config.json, history: [{ created_by }, { created_by, empty_layer: true }, {}] } },
});

/** Functions that match patterns in texts from images and servers. */
const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  redact: (text) => redact(`RUN ${text}`),
  "redact build arguments": (text) => redact(`RUN |1 ${text}`),
  "find secrets": (text) => findSecrets(text, "app/config", 1000),
  "find secrets in .npmrc": (text) => findSecrets(text, "root/.npmrc", 1000),
  "find secrets in .netrc": (text) => findSecrets(text, "root/.netrc", 1000),
  "find secrets in auth.json": (text) => findSecrets(text, "root/auth.json", 1000),
  "show a step": stepCommand,
  "sizes of layers": (text) => layerSizes([{ createdBy: text, size: 0 }] as never, 1),
  "base by history": (text) => baseByHistory(made(text)),
  "base by annotation": (text) => void baseByAnnotation(named(`${text}\n.`), async () => []).catch(() => {}),
  "name of an image": (text) => void asImageName(`a/${text}!`),
  challenges: (text) => parseChallenges([text]),
  "next page": (text) => nextPage([text], new URL("http://host/v2/")),
};

/** Prefixes of matches, and of what may be repeated in them. */
const PIECES = [
  ..."a-_.@: \n\"'\\/|<>,;=$#",
  "-pass",
  "a.",
  "a-",
  " a=",
  " /a",
  'token="',
  'token="\\',
  "--token ",
  "ENV token ",
  "authorization: basic ",
  "mysql a ",
  "echo a ",
  "htpasswd -b ",
  "vault login -a ",
  '["curl","-u","a:b",',
  "://a:b",
  "https://a:bbb",
  "|1 ",
  "ADD a /",
  "# buildkit ",
  "-----BEGIN PRIVATE KEY-----\n",
  "A: -----BEGIN PRIVATE KEY-----\n",
  "A: -----BEGIN PGP PRIVATE KEY BLOCK-----\n",
  "xoxb-11111111-",
  "pypi-AgEIcHlwaS5vcmc",
  "glpat-",
  ":_authToken = ",
  '"auth": "',
  "machine a login ",
  'a="b',
  '<>; rel="',
];

const SHORT = 8 * 1024;
const LONG = 128 * 1024;
/** For a text that is sixteen times as long: between sixteen times as much and the square of that. */
const GROWTH = 64;
/** Milliseconds that compilation and garbage collection may take. */
const NOISE = 300;

describe("time grows in proportion to the length of a text", () => {
  test.each(Object.keys(READERS))("%s", (name) => {
    for (const piece of PIECES) {
      const short = timeOf(name, piece, SHORT);
      expect(timeOf(name, piece, LONG), JSON.stringify(piece)).toBeLessThan(short * GROWTH + NOISE);
    }
  });
});

const stoppable = createContext();

/** CPU time of this thread in milliseconds, whatever else the machine does. A pattern that does not end is stopped. */
function timeOf(name: string, piece: string, length: number): number {
  const text = piece.repeat(Math.ceil(length / piece.length));
  const begun = process.threadCpuUsage();
  runInContext("read(text)", Object.assign(stoppable, { read: READERS[name], text }), { timeout: 30_000 });
  const { user, system } = process.threadCpuUsage(begun);
  return (user + system) / 1000;
}
