import { UsageError } from "../errors.ts";

/** The platform of an image. image-spec image-index.md (`platform`), config.md */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string | undefined;
  readonly "os.version"?: string | undefined;
  readonly "os.features"?: readonly string[] | undefined;
}

/**
 * Parses `os/arch[/variant]`, also with other common names of architectures (`linux/x86_64`, `linux/aarch64`).
 * @throws UsageError ARGUMENT_INVALID
 */
export function parsePlatform(text: string): Platform {
  const [os, architecture, variant, ...rest] = text.split("/");
  const parts = [os, architecture, ...(variant === undefined ? [] : [variant])];
  if (os === undefined || architecture === undefined || rest.length > 0 || !parts.every(isPart)) {
    throw new UsageError("ARGUMENT_INVALID", `not a platform: ${JSON.stringify(text)}`, {
      details: {
        hint: "write os/architecture[/variant], as in linux/amd64 or linux/arm/v7, and each of several on its own",
      },
    });
  }
  return normalizePlatform({ os, architecture, variant });
}

/**
 * Parses platforms as {@link parsePlatform} does; duplicates, also under different names, are removed.
 * @throws UsageError ARGUMENT_INVALID
 */
export function parsePlatforms(texts: readonly string[]): Platform[] {
  const platforms = texts.map(parsePlatform);
  return [...new Map(platforms.map((platform) => [formatPlatform(platform), platform])).values()];
}

/** `os/arch[/variant]` in normal form, so that equal platforms have equal texts. */
export function formatPlatform(platform: Platform): string {
  const { os, architecture, variant } = normalizePlatform(platform);
  return [os, architecture, ...(variant ? [variant] : [])].join("/");
}

/**
 * The normal form of a platform, as containerd's platforms.Normalize defines it: `x86_64` is `amd64`, `arm64/v8` is
 * `arm64`, `arm` is `arm/v7`. `os.version` and `os.features` stay.
 */
export function normalizePlatform(platform: Platform): Platform {
  const os = platform.os.toLowerCase();
  const { variant: _, ...rest } = platform;
  const { architecture, variant } = normalizeArchitecture(
    platform.architecture.toLowerCase(),
    platform.variant?.toLowerCase() ?? "",
  );
  return { ...rest, os: os === "macos" ? "darwin" : os, architecture, ...(variant === "" ? {} : { variant }) };
}

/**
 * The platforms whose images run on `wanted`, best first: itself, then lower variants of its architecture. Other
 * architectures that the machine could also run (386 on amd64) are not included, since the user asked for this one.
 */
export function compatiblePlatforms(wanted: Platform): Platform[] {
  const normal = normalizePlatform(wanted);
  const { os, architecture } = normal;
  const version = Number(/^v(\d+)$/.exec(normal.variant ?? "")?.[1] ?? Number.NaN);
  const lowest = LOWEST_VARIANT[architecture];
  if (lowest === undefined || !(version > lowest)) return [normal];
  const lower = Array.from({ length: Math.min(version - lowest, 9) }, (_, step) => version - 1 - step);
  return [normal, ...lower.map((number) => normalizePlatform({ os, architecture, variant: `v${number}` }))];
}

/** Linux on the architecture of this machine, as an engine here would run it. */
export function hostPlatform(architecture: string = process.arch): Platform {
  return normalizePlatform({ os: "linux", architecture: NODE_ARCHITECTURES[architecture] ?? architecture });
}

/** Go's names of architectures by Node's, where they differ; Node supports only little-endian POWER. */
const NODE_ARCHITECTURES: Readonly<Record<string, string>> = {
  x64: "amd64",
  ia32: "386",
  ppc64: "ppc64le",
  mipsel: "mipsle",
};

const LOWEST_VARIANT: Readonly<Record<string, number>> = { amd64: 1, arm: 5, arm64: 8 };

const ARM_VARIANTS: ReadonlyMap<string, string> = new Map([
  ["", "v7"],
  ["5", "v5"],
  ["6", "v6"],
  ["7", "v7"],
  ["8", "v8"],
]);

function isPart(text: string | undefined): boolean {
  return text !== undefined && /^[A-Za-z0-9_.-]+$/.test(text);
}

function normalizeArchitecture(architecture: string, variant: string): { architecture: string; variant: string } {
  switch (architecture) {
    case "i386":
      return { architecture: "386", variant: "" };
    case "x86_64":
    case "x86-64":
    case "amd64":
      return { architecture: "amd64", variant: variant === "v1" ? "" : variant };
    case "aarch64":
    case "arm64":
      return { architecture: "arm64", variant: variant === "8" || variant === "v8" ? "" : variant };
    case "armhf":
      return { architecture: "arm", variant: "v7" };
    case "armel":
      return { architecture: "arm", variant: "v6" };
    case "arm":
      return { architecture: "arm", variant: ARM_VARIANTS.get(variant) ?? variant };
    default:
      return { architecture, variant };
  }
}
