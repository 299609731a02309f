import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { addDebianBase } from "../../test/support/corpus/bases.ts";
import { KEEP_NO_PACKAGES } from "./debian.ts";
import type { Recipe } from "./recipe.ts";

/** Six compilers of Debian, each in a layer, like images for continuous integration. */
export const toolchain: Recipe = {
  name: "toolchain",
  title: "toolchain",
  dockerfile: `FROM scratch
ADD base.tar /
ENV DEBIAN_FRONTEND=noninteractive LANG=C.UTF-8
RUN ${KEEP_NO_PACKAGES} && apt-get update && apt-get install -y build-essential gdb cmake ninja-build git
RUN apt-get install -y clang lld
RUN apt-get install -y golang
RUN apt-get install -y rustc cargo
RUN mkdir -p /usr/share/man/man1 && apt-get install -y openjdk-17-jdk-headless
RUN apt-get install -y nodejs npm python3-dev gfortran
RUN rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin
COPY hello.c /work/hello.c
RUN gcc -o /work/hello /work/hello.c && clang -o /work/hello /work/hello.c
WORKDIR /work
CMD ["/work/hello"]
`,
  fill(context) {
    addDebianBase(context);
    writeFileSync(join(context, "hello.c"), '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n');
  },
};
