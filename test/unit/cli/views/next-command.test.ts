import { expect, test } from "vitest";
import { nextCommand } from "../../../../src/cli/views/next-command.ts";

test.each<[string, readonly string[], string | undefined]>([
  ["docker-archive:flat.tar", [], "docker load -i flat.tar"],
  ["docker-archive:my flat.tar:app:flat", [], "docker load -i 'my flat.tar'"],
  ["oci-archive:flat.tar:flat", [], "podman load -i flat.tar"],
  ["oci:layout:flat", ["app"], "planish copy oci:layout:flat docker-daemon:layout:app"],
  ["oci:layout:1.0", ["1.0"], "planish copy oci:layout:1.0 docker-daemon:layout:1.0"],
  ["oci:sq/", ["latest"], "planish copy oci:sq/ docker-daemon:sq:latest"],
  ["oci:/srv/My App_", [], "planish copy 'oci:/srv/My App_' docker-daemon:my-app:flat"],
  ["oci:.", ["1"], "planish copy oci:. docker-daemon:image:1"],
  ["oci:layout", ["team/app"], "planish copy oci:layout docker-daemon:team/app:latest"],
  ["oci:layout", ["localhost:5000/app:1"], "planish copy oci:layout docker-daemon:localhost:5000/app:1"],
  ["docker-archive:-", ["app"], undefined],
  ["oci-archive:-:tag", ["app"], undefined],
])("after writing %s with the names %j one types %s", (destination, tags, command) => {
  expect(nextCommand(destination, tags)).toBe(command);
});
