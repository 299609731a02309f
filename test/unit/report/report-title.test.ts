import { expect, test } from "vitest";
import { reportTitle } from "../../../src/report/report-title.ts";

test.each([
  ["docker-daemon:app:1.0", ["app:1.0", "app:latest"], "app:1.0"],
  ["oci:images/app", ["latest"], "app:latest"],
  ["oci:/srv/images/app/:1.0", ["1.0"], "app:1.0"],
  ["oci:app:@1", ["1.0"], "app:1.0"],
  ["oci:layout", ["registry.example/team/app:1.0"], "registry.example/team/app:1.0"],
  ["docker-archive:app.tar", [], "docker-archive:app.tar"],
])("%s with the names %j is called %s", (source, names, title) => {
  expect(reportTitle({ source, names })).toBe(title);
});
