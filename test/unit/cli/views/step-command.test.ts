import { expect, test } from "vitest";
import { stepCommand } from "../../../../src/cli/views/step-command.ts";

test.each([
  ['/bin/sh -c #(nop)  CMD ["nginx"]', 'CMD ["nginx"]'],
  ["/bin/sh -c apt-get update", "RUN apt-get update"],
  ["RUN /bin/sh -c apt-get update # buildkit", "RUN apt-get update"],
  ["RUN |1 VERSION=2 /bin/sh -c make $VERSION # buildkit", "RUN make $VERSION"],
  ["|2 TOKEN=x VERSION=2 /bin/sh -c make $VERSION", "RUN make $VERSION"],
  ["COPY . /app # buildkit", "COPY . /app"],
  ["planish flatten", "planish flatten"],
])("%s is shown as %s", (createdBy, shown) => {
  expect(stepCommand(createdBy)).toBe(shown);
});
