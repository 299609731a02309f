import { addBusyboxBase } from "../../test/support/corpus/bases.ts";
import type { Recipe } from "./recipe.ts";

/** 2 MB: a static busybox and one command, to measure the fixed costs of a run. */
export const hello: Recipe = {
  name: "hello",
  title: "hello, 2 MB",
  dockerfile: `FROM scratch
ADD base.tar /
RUN echo "Hello, World!" > message.txt
CMD cat message.txt
`,
  fill: addBusyboxBase,
};
