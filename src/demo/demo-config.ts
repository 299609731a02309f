import { sha256 } from "../oci/digest.ts";
import type { DemoStep } from "./demo-steps.ts";
import type { DemoArchitecture } from "./hello-program.ts";

/**
 * The time of the demo image's first step, in seconds since 1970; each step is a minute later. Fixed, so that its
 * digest never changes.
 */
const BEGUN = Date.UTC(2026, 0, 1, 9) / 1000;
const STEP_SECONDS = 60;

/** The time of a step, in seconds since 1970. */
export function stepTime(step: number): number {
  return BEGUN + step * STEP_SECONDS;
}

/** The config as Docker writes it, with various fields that flattening must keep. */
export function demoConfig(
  architecture: DemoArchitecture,
  steps: readonly DemoStep[],
  tars: readonly Uint8Array[],
): Uint8Array {
  const config = {
    architecture,
    config: {
      Env: ["PATH=/bin", "LANG=C.UTF-8"],
      Cmd: ["/bin/hello"],
      Healthcheck: { Test: ["CMD", "/opt/greeter/bin/healthcheck"], Interval: 2e9, Timeout: 1e9, Retries: 3 },
      WorkingDir: "/opt/greeter",
      Labels: { "org.opencontainers.image.title": "demo" },
      StopSignal: "SIGKILL",
    },
    created: rfc3339(steps.length - 1),
    history: steps.map(({ createdBy, entries }, step) => ({
      created: rfc3339(step),
      created_by: createdBy,
      comment: "buildkit.dockerfile.v0",
      ...(entries === undefined && { empty_layer: true }),
    })),
    os: "linux",
    rootfs: { type: "layers", diff_ids: tars.map((tar) => sha256(tar)) },
  };
  return new TextEncoder().encode(JSON.stringify(config));
}

function rfc3339(step: number): string {
  return new Date(stepTime(step) * 1000).toISOString().replace(".000Z", "Z");
}
