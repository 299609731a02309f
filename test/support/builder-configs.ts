import { sha256 } from "../../src/oci/digest.ts";

/** diffIDs of the layers `lower` and `upper`, which every config here names. */
const LOWER = sha256("lower");
const UPPER = sha256("upper");

/** Docker 20.10's classic builder: every field is present, with the container of the last step. */
const docker2010 = `{"architecture":"amd64","config":{"Hostname":"","Domainname":"","User":"","AttachStdin":false,"AttachStdout":false,"AttachStderr":false,"ExposedPorts":{"80/tcp":{}},"Tty":false,"OpenStdin":false,"StdinOnce":false,"Env":["PATH=/usr/local/bin:/usr/bin:/bin"],"Cmd":["nginx","-g","daemon off;"],"Healthcheck":{"Test":["CMD-SHELL","curl -f http://localhost/ || exit 1"],"Interval":30000000000},"Image":"sha256:${"1".repeat(64)}","Volumes":null,"WorkingDir":"/usr/share/nginx/html","Entrypoint":null,"OnBuild":null,"Labels":null,"StopSignal":"SIGQUIT"},"container":"${"2".repeat(64)}","container_config":{"Hostname":"222222222222","Cmd":["/bin/sh","-c","#(nop) ","CMD [\\"nginx\\" \\"-g\\" \\"daemon off;\\"]"],"Image":"sha256:${"1".repeat(64)}"},"created":"2026-11-20T10:11:12.123456789Z","docker_version":"20.10.24+dfsg1","history":[{"created":"2026-11-01T00:00:00Z","created_by":"/bin/sh -c #(nop) ADD file:0 in / "},{"created":"2026-11-01T00:00:01Z","created_by":"/bin/sh -c #(nop)  CMD [\\"bash\\"]","empty_layer":true},{"created":"2026-11-20T10:11:11Z","created_by":"/bin/sh -c apt-get update \\u0026\\u0026 apt-get install -y nginx"}],"os":"linux","rootfs":{"type":"layers","diff_ids":["${LOWER}","${UPPER}"]}}`;

/**
 * BuildKit with an inline cache and build information; `moby.buildkit.cache.v0` is base64 that refers to the layers.
 */
const buildkit = `{"architecture":"arm64","config":{"Env":["PATH=/bin"],"Cmd":["sh"],"WorkingDir":"/","ArgsEscaped":true},"created":"2026-11-20T10:11:12.5Z","history":[{"created":"2026-11-20T10:11:12Z","created_by":"COPY a / # buildkit","comment":"buildkit.dockerfile.v0"},{"created":"2026-11-20T10:11:12.5Z","created_by":"RUN /bin/sh -c true # buildkit","comment":"buildkit.dockerfile.v0"},{"created":"2026-11-20T10:11:12.5Z","created_by":"CMD [\\"sh\\"]","comment":"buildkit.dockerfile.v0","empty_layer":true}],"moby.buildkit.buildinfo.v1":"eyJmcm9udGVuZCI6ImRvY2tlcmZpbGUudjAifQ==","moby.buildkit.cache.v0":"W3sibGF5ZXJzIjpbXX1d","os":"linux","rootfs":{"type":"layers","diff_ids":["${LOWER}","${UPPER}"]},"variant":"v8"}`;

/** podman and buildah: the OCI fields alone, history with FROM comments. */
const podman = `{"created":"2026-11-20T10:11:12.123456789Z","architecture":"amd64","os":"linux","config":{"Env":["PATH=/bin"],"Cmd":["/bin/sh"],"Labels":{"io.buildah.version":"1.28.2"}},"rootfs":{"type":"layers","diff_ids":["${LOWER}","${UPPER}"]},"history":[{"created":"2026-11-20T10:11:11Z","created_by":"/bin/sh -c #(nop) COPY file:0 in / ","empty_layer":false},{"created":"2026-11-20T10:11:12Z","created_by":"/bin/sh -c echo","comment":"FROM localhost/base:latest"}]}`;

/** kaniko: as Docker, with an author. */
const kaniko = `{"architecture":"amd64","author":"kaniko","config":{"Env":["PATH=/bin"],"Entrypoint":["/app"],"OnBuild":null},"container":"","created":"0001-01-01T00:00:00Z","docker_version":"","history":[{"author":"kaniko","created":"0001-01-01T00:00:00Z","created_by":"COPY app /"},{"author":"kaniko","created":"0001-01-01T00:00:00Z","created_by":"RUN true"},{"author":"kaniko","created":"0001-01-01T00:00:00Z","created_by":"ENTRYPOINT [\\"/app\\"]","empty_layer":true}],"os":"linux","rootfs":{"type":"layers","diff_ids":["${LOWER}","${UPPER}"]}}`;

/** ko: reproducible, time zero. */
const ko = `{"architecture":"amd64","author":"github.com/ko-build/ko","created":"1970-01-01T00:00:00Z","history":[{"author":"apko","created":"1970-01-01T00:00:00Z","created_by":"apko","comment":"This is an apko single-layer image"},{"author":"ko","created":"0001-01-01T00:00:00Z","created_by":"ko build ko://example.com/app","comment":"go build output, at /ko-app/app"}],"os":"linux","rootfs":{"type":"layers","diff_ids":["${LOWER}","${UPPER}"]},"config":{"Entrypoint":["/ko-app/app"],"Env":["PATH=/ko-app","KO_DATA_PATH=/var/run/ko"],"User":"65532"}}`;

/** jib: ports and volumes as empty objects, history of its own. */
const jib = `{"created":"1970-01-01T00:00:00Z","architecture":"amd64","os":"linux","config":{"Env":["JAVA_HOME=/opt/java"],"Entrypoint":["java","-cp","/app/resources:/app/classes:/app/libs/*","Main"],"ExposedPorts":{"8080/tcp":{}},"Labels":{},"Volumes":{}},"history":[{"created":"1970-01-01T00:00:00Z","author":"Bazel","created_by":"bazel build ..."},{"created":"1970-01-01T00:00:00Z","author":"Jib","created_by":"jib-maven-plugin:3.4.0","comment":"classes","empty_layer":false}],"rootfs":{"type":"layers","diff_ids":["${LOWER}","${UPPER}"]}}`;

/** Bazel's rules_oci: indented by jq, no history at all. */
const bazel = `{
  "architecture": "amd64",
  "config": {
    "Entrypoint": [],
    "Env": [
      "PATH=/bin"
    ]
  },
  "created": "1970-01-01T00:00:00Z",
  "history": null,
  "os": "linux",
  "rootfs": {
    "diff_ids": [
      "${LOWER}",
      "${UPPER}"
    ],
    "type": "layers"
  }
}
`;

/** Configs as different builders write them, for an image with the layers `lower` and `upper`. */
export const BUILDER_CONFIGS = { docker2010, buildkit, podman, kaniko, ko, jib, bazel };
