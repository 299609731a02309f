import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BuildingEngine } from "../engines/engine.ts";
import { addDebianBase } from "./bases.ts";
import { buildImage } from "./build-image.ts";
import type { CorpusImage, Workshop } from "./workshop.ts";

/** The first step creates everything; the others change it, one layer each. */
const STEPS: readonly string[] = [
  `
mkdir -p links groups opaque/deep/deeper swap/was-dir/in dev modes names caps gone/a/b times owners acl
for g in leader-removed leader-replaced member-written member-chmod all-gone kept; do
  echo $g > links/$g-a; ln links/$g-a links/$g-b; ln links/$g-a links/$g-c
done
ln -s links/kept-a links/sym-a; ln links/sym-a links/sym-b
mkfifo links/fifo-a; ln links/fifo-a links/fifo-b
echo under > opaque/deep/deeper/file; echo old > opaque/old; ln opaque/old links/outside-of-opaque
echo f > swap/was-file; ln -s ../modes swap/was-link-to-dir; ln -s nowhere swap/was-dangling; echo x > swap/was-dir/in/x
mknod dev/null c 1 3; mknod dev/loop b 7 0; mknod dev/big c 4095 1048575; mkfifo -m 600 dev/pipe; ln dev/null dev/null-again
for m in 0000 0444 0755 1777 2755 4755 6711 7777; do echo $m > modes/file-$m; chmod $m modes/file-$m; mkdir -m $m modes/dir-$m; done
cp /bin/true caps/raw; setcap cap_net_raw+ep caps/raw; ln caps/raw caps/raw-again; cp /bin/true caps/lost; setcap cap_chown+p caps/lost
echo deep > gone/a/b/c
`,
  `
long=$(printf 'n%.0s' $(seq 255)); hundred=$(printf 'h%.0s' $(seq 100))
echo long > names/$long; mkdir -p names/$hundred/$hundred/$hundred; echo deep > names/$hundred/$hundred/$hundred/$hundred
ln names/$hundred/$hundred/$hundred/$hundred names/$hundred/$hundred/$hundred/hard
ln -s $hundred/$hundred/$hundred/$hundred names/long-target; ln names/long-target names/long-target-again
touch 'names/with space' 'names/back\\slash' "names/$(printf 'new\\nline')" 'names/Größe' 'names/日本語' names/-dash names/a.wh.b
touch -d '1969-12-31 23:59:58 UTC' times/before-1970; touch -d '2200-01-01 UTC' times/future; touch -d @0 times/zero; mkdir times/dir
touch -d '2001-02-03 04:05:06.789 UTC' times/dir; ln -s x times/link; touch -h -d '1999-12-31 UTC' times/link
echo o > owners/large; chown 3000000:4000000000 owners/large; echo o > owners/small; chown 33:2097151 owners/small; ln -s x owners/link; chown -h 7:8 owners/link
truncate -s 5M groups/sparse; : > groups/empty
`,
  `
rm links/leader-removed-a links/all-gone-*; mv links/kept-c links/kept-moved
echo new > links/new; mv links/new links/leader-replaced-a
echo more >> links/member-written-b; chmod 600 links/member-chmod-b; rm links/sym-a links/fifo-a dev/null
rm -rf opaque; mkdir opaque; echo fresh > opaque/new
rm -rf swap/*; mkdir swap/was-file; echo in > swap/was-file/in; echo f > swap/was-dir; mkdir swap/was-link-to-dir; echo d > swap/was-dangling
rm caps/raw; cp /bin/true caps/raw; chown 1:1 caps/lost; rm -rf gone
`,
  `
rm -rf swap/was-file; ln -s was-dir swap/was-file; rm swap/was-dir; mkdir -p swap/was-dir/in; echo y > swap/was-dir/in/y
mkdir -p gone/a; echo again > gone/a/file; rm -rf opaque/new; mkdir -p opaque/deep; touch -d '2010-10-10 UTC' opaque/deep opaque
chmod 700 modes/dir-0755; chown 5:5 modes/dir-1777; rm modes/file-0444; ln links/member-chmod-c links/member-chmod-d
find / -xdev -newer /torture -type f > /dev/null
`,
];

const DOCKERFILE = `FROM scratch
ADD base.tar /
WORKDIR /torture
${STEPS.map((_, step) => `COPY step-${step}.sh /tmp/step.sh\nRUN sh -eux /tmp/step.sh && rm /tmp/step.sh`).join("\n")}
CMD ["sh", "-c", "find /torture | wc -l"]
`;

/**
 * What builders write and flatteners get wrong: hard-link groups, opaque directories, changed types, devices, modes,
 * names.
 */
export async function tortureImage(workshop: Workshop, builder: BuildingEngine): Promise<CorpusImage> {
  const fill = (context: string): void => {
    addDebianBase(context);
    for (const [step, script] of STEPS.entries()) writeFileSync(join(context, `step-${step}.sh`), script);
  };
  const archive = await buildImage(workshop, { tag: "torture:1.0", dockerfile: DOCKERFILE, builder, fill });
  return { archive };
}
