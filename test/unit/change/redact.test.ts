import { expect, test } from "vitest";
import { redact } from "../../../src/change/redact.ts";

const KEY = `${"Ab1+".repeat(16)}\n${"cd/".repeat(10)}==`;

test.each([
  ["|2 NPM_TOKEN=s3cret VERSION=1 /bin/sh -c make", "|2 NPM_TOKEN=*** VERSION=1 /bin/sh -c make"],
  [
    "RUN |1 DB_PASSWORD=two words & more /bin/sh -c make # buildkit",
    "RUN |1 DB_PASSWORD=*** /bin/sh -c make # buildkit",
  ],
  ["/bin/sh -c #(nop)  ENV API_KEY=abc LANG=C", "/bin/sh -c #(nop)  ENV API_KEY=*** LANG=C"],
  ["ENV TOKEN abc def X=1", "ENV TOKEN ***"],
  ["ENV A=1 DB_PASSWORD=two words & more;x|y'z LANG=C", "ENV A=1 DB_PASSWORD=*** LANG=C"],
  ["/bin/sh -c #(nop)  ARG TOKEN=a b", "/bin/sh -c #(nop)  ARG TOKEN=***"],
  [`ENV TOKEN="a X=b" PASS='c' LANG=C`, "ENV TOKEN=*** PASS=*** LANG=C"],
  ["ARG secret='a b'", "ARG secret=***"],
  ['RUN login --password "p w" --user me', "RUN login --password *** --user me"],
  ["RUN login --token=abc; make", "RUN login --token=***; make"],
  ["RUN curl -H 'Authorization: Bearer abc.def' https://x", "RUN curl -H 'Authorization: Bearer ***' https://x"],
  ["RUN git clone https://me:tell@host/x", "RUN git clone https://me:***@host/x"],
  ["RUN deploy --api-key abc", "RUN deploy --api-key ***"],
  ["RUN deploy --db.password abc;x", "RUN deploy --db.password ***;x"],
  ["RUN a;MY-TOKEN=abc|x", "RUN a;MY-TOKEN=***|x"],
  ['RUN SECRET="a\\"b" c', "RUN SECRET=*** c"],
  ["RUN SECRET='a b", "RUN SECRET=***"],
  ['RUN SECRET="a \\', "RUN SECRET=***"],
  ["RUN echo $x-token=abc", "RUN echo $x-token=***"],
  ["ENV  TOKEN  abc", "ENV  TOKEN  ***"],
  ["env token abc", "env token ***"],
  ["RUN x//u:pw@h ftp://u:pw@h", "RUN x//u:pw@h ftp://u:***@h"],
  ["RUN TOKEN=$A PASS=b PWD=c", "RUN TOKEN=$A PASS=*** PWD=***"],
  ["|1  A_KEY=x  PASS=a b  SECRET_KEY=c /bin/sh -c x", "|1  A_KEY=x  PASS=***  SECRET_KEY=*** /bin/sh -c x"],
  [
    "RUN aws configure set aws_secret_access_key wJalr/bPx --profile x",
    "RUN aws configure set aws_secret_access_key *** --profile x",
  ],
  ["RUN pip config set global.token 'a b'; make", "RUN pip config set global.token ***; make"],
  [`CMD ["sh" "-c" "login --password X"]`, `CMD ["sh" "-c" "login --password ***"]`],
  [
    `/bin/sh -c #(nop)  CMD ["login" "--password" "X Y" "me"]`,
    `/bin/sh -c #(nop)  CMD ["login" "--password" "***" "me"]`,
  ],
  [`RUN ["login", "--password=X Y", "me"]`, `RUN ["login", "--password=***", "me"]`],
  [`CMD ["env","TOKEN=a b","-token","x","z"]`, `CMD ["env","TOKEN=***","-token","***","z"]`],
  [`CMD ["sh","-c","TOKEN=\\"a b\\" make && x --token='c d'"]`, `CMD ["sh","-c","TOKEN=*** make && x --token=***"]`],
  [`CMD ["\\x00 a" "--token" "\\x00" "b"]`, `CMD ["\\x00 a" "--token" "***" "b"]`],
  [`RUN [ "$a" ] && b ["c"["--token" "e"]`, `RUN [ "$a" ] && b ["c"["--token" "***"]`],
  [`RUN x ghp_${"a".repeat(36)}`, "RUN x ghp_***"],
  [
    `RUN echo "-----BEGIN RSA PRIVATE KEY-----\n${KEY}\n-----END RSA PRIVATE KEY-----" > k`,
    `RUN echo "-----BEGIN RSA PRIVATE KEY-----***-----END RSA PRIVATE KEY-----" > k`,
  ],
  [
    `RUN printf '-----BEGIN PRIVATE KEY-----\\n${KEY.replaceAll("\n", "\\n")}\\n-----END PRIVATE KEY-----'`,
    `RUN printf '-----BEGIN PRIVATE KEY-----\\nAb1***-----END PRIVATE KEY-----'`,
  ],
  [
    `RUN echo "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n${KEY}\n=abcd\n-----END PGP PRIVATE KEY BLOCK-----"`,
    `RUN echo "-----BEGIN PGP PRIVATE KEY BLOCK-----***-----END PGP PRIVATE KEY BLOCK-----"`,
  ],
])("%s becomes %s", (step, redacted) => {
  expect(redact(step)).toBe(redacted);
});

test.each([
  "RUN apt-get install -y passwd token-tool",
  "COPY secret.txt /run/secrets/token",
  "ENV PATH=/bin AUTHOR=me KEYBOARD=de",
  "RUN --mount=type=secret,id=token make TOKEN=$TOKEN",
  "RUN curl https://host:443/x@y",
  "RUN x $TOKEN=a --token -v --pass = x ENV",
  "RUN compass=1 tokens=2 ENVIRON token x",
  "|1 VERSION=1.0 /bin/sh -c echo password",
  "|2  VERSION=1  LANG=C /bin/sh -c make",
  "ENV A  token=$TOKEN",
  "ENV TOKEN=$A  LANG=C",
  "RUN set -e; offset token x; set token",
  `CMD ["app" "--token" "--verbose" "--pass" "$PASS" "TOKEN=$TOKEN" "a\\u0062"]`,
  `CMD ["app" "password" "x"]`,
  `RUN echo ["--token", "x`,
])("%s stays as it is", (step) => {
  expect(redact(step)).toBe(step);
});
