import { addDebianBase } from "../../test/support/corpus/bases.ts";
import type { Recipe } from "./recipe.ts";

/** 100,000 small files on Debian, some of which later layers remove, replace, change and move. */
export const smallFiles: Recipe = {
  name: "small-files",
  title: "100,000 files",
  dockerfile: `FROM scratch
ADD base.tar /
RUN mkdir /many && cd /many && for d in $(seq 1000); do mkdir $d; for f in $(seq 100); do echo "file $f of $d, $((d * f * 7919 % 1000003))" > $d/$f; done; done
RUN cd /many && rm -rf 1 2 3 && rm 4/*5 && for d in 5?; do echo new > $d/7; done
RUN cd /many && chmod 600 9*/1 && mkdir 1 && echo back > 1/1
RUN mv /many/100 /many/moved && ln /many/200/1 /many/200/again
CMD ["sh", "-c", "find /many -type f | wc -l"]
`,
  fill: addDebianBase,
};
