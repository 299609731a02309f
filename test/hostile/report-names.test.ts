import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { dockerClassic, writeArchive } from "../support/image-archives.ts";
import { image } from "../support/image-fixture.ts";
import { readReport } from "../support/read-report.ts";
import { runCli } from "../support/run-cli.ts";
import { file, layer } from "../support/tar-fixture.ts";
import { testFolder } from "../support/test-folder.ts";

const folder = testFolder();
const ATTACKS = [
  "</script><script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<!--<script>",
  "]]>",
  "\u2028alert(1)",
  '"><svg/onload=alert(1)>',
  "&lt;b&gt;",
  "__proto__",
];

describe("names that try to break out of a report", () => {
  test("are only in its data, not in its HTML", async () => {
    const names = ATTACKS.map((attack) => Buffer.from(attack.replaceAll("/", "\u2215")).toString("latin1"));
    const config = { Cmd: ATTACKS, Labels: { "</script>": "<img src=x onerror=alert(1)>" } };
    const members = [...names.map((name) => file(name, "x")), file(`deep</script>/${names[0]}`, "x")];
    const source = writeArchive(folder.in("attack.tar"), dockerClassic(image({ layers: [layer(...members)], config })));
    expect((await runCli(["report", source, "-o", folder.in("attack.html")])).status).toBe(0);
    const html = readFileSync(folder.in("attack.html"), "utf8");
    expect(html).not.toMatch(/alert\(1\)|onerror|onload/);
    expect(html.match(/<\/?script/g)).toHaveLength(4);
    const data = readReport(html);
    for (const name of names) expect(data.files.names).toContain(name);
    expect(data.config.text).toContain("alert(1)");
  });

  test("cannot break out of the title", async () => {
    const path = folder.in("<title><script>alert(1)<script>.tar");
    const source = writeArchive(path, dockerClassic(image({ layers: [layer(file("a", "x"))] })));
    expect((await runCli(["report", source, "-o", folder.in("title.html")])).status).toBe(0);
    const title = /<title>(.*)<\/title>/.exec(readFileSync(folder.in("title.html"), "utf8"))?.[1] ?? "";
    expect(title).not.toMatch(/[<>"']/);
    expect(title).toContain("&#60;script&#62;alert(1)");
  });
});
