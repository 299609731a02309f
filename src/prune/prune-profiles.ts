/**
 * The kinds of content that most images do not need, by the names that `--prune` takes. docs/prune.md says why each is
 * safe.
 */
export type PruneName = "apt" | "apk" | "dnf" | "pip" | "npm" | "docs" | "man" | "locales" | "caches" | "logs" | "pyc";

/** One kind. */
export interface PruneProfile {
  readonly name: PruneName;
  /** Patterns as in .dockerignore: the last one that matches a path, or a directory above it, decides; `!` keeps. */
  readonly patterns: readonly string[];
  /** Removes only regular files that are not empty, since programs rely on the directories and links. */
  readonly only?: "filled-files";
}

/**
 * No profile removes these, whatever its patterns say: the databases of package managers, without which nothing can be
 * installed, upgraded or audited any more, and licences, which must accompany what they license.
 */
export const NEVER_PRUNED: readonly string[] = [
  "var/lib/dpkg",
  "var/lib/apt/extended_states",
  "var/lib/rpm",
  "usr/lib/sysimage",
  "var/lib/dnf",
  "lib/apk",
  "usr/lib/apk",
  "etc/apk",
  "var/lib/pacman",
  "usr/share/doc/*/copyright",
  "usr/share/doc/*/COPYING*",
  "usr/share/doc/*/LICEN[CS]E*",
  "usr/share/doc/*/NOTICE*",
  "usr/share/licenses",
];

/**
 * Every profile; what several match counts for the first. Directories that programs expect to exist are kept without
 * their content: their patterns end in a star.
 */
export const PRUNE_PROFILES: readonly PruneProfile[] = [
  {
    name: "apt",
    patterns: [
      "var/cache/apt/*.bin",
      "var/cache/apt/archives/*",
      "!var/cache/apt/archives/lock",
      "!var/cache/apt/archives/partial",
      "var/cache/apt/archives/partial/*",
      "var/lib/apt/lists/*",
      "!var/lib/apt/lists/lock",
      "!var/lib/apt/lists/partial",
      "var/lib/apt/lists/partial/*",
      "var/cache/debconf/*-old",
    ],
  },
  {
    name: "apk",
    patterns: ["var/cache/apk/*"],
  },
  {
    name: "dnf",
    patterns: ["var/cache/dnf/*", "var/cache/libdnf5/*", "var/cache/yum/*", "var/cache/zypp/*"],
  },
  {
    name: "pip",
    patterns: [
      "**/.cache/pip",
      "**/.cache/uv",
      "**/.cache/pipenv",
      "**/.cache/pypoetry/cache",
      "**/.cache/pypoetry/artifacts",
    ],
  },
  {
    name: "npm",
    patterns: [
      "**/.npm/_cacache",
      "**/.npm/_logs",
      "**/.npm/_update-notifier-last-checked",
      "**/.cache/yarn",
      "**/.cache/pnpm",
      "**/.cache/node-gyp",
    ],
  },
  {
    name: "docs",
    patterns: [
      "usr/share/doc/*/**",
      "usr/local/share/doc/*/**",
      "usr/share/doc-base/*",
      "usr/share/gtk-doc/*",
      "usr/share/help/*",
      "usr/share/info/*",
      "usr/share/lintian/*",
    ],
  },
  {
    name: "man",
    patterns: [
      "usr/share/man/man*/*",
      "usr/share/man/*/man*/*",
      "usr/local/share/man/man*/*",
      "usr/local/share/man/*/man*/*",
      "usr/local/man/man*/*",
      "var/cache/man/*",
    ],
  },
  {
    name: "locales",
    patterns: [
      "usr/share/locale/*",
      "!usr/share/locale/locale.alias",
      "!usr/share/locale/C*",
      "!usr/share/locale/en",
      "!usr/share/locale/en_*",
      "!usr/share/locale/en@*",
    ],
  },
  {
    name: "caches",
    patterns: [
      "var/cache/fontconfig/*",
      "var/cache/man/*",
      "var/cache/ldconfig/*",
      "var/cache/pacman/pkg/*",
      "**/.cache/fontconfig",
      "**/.cache/go-build",
      "**/go/pkg/mod/cache",
      "**/.cache/ccache",
      "**/.cache/composer",
      "**/.cache/mesa_shader_cache*",
      "**/.cache/thumbnails",
      "**/.ccache",
      "**/.composer/cache",
      "**/.cargo/registry/cache",
      "**/.cargo/registry/index",
      "usr/local/cargo/registry/cache",
      "usr/local/cargo/registry/index",
      "opt/conda/pkgs/*.conda",
      "opt/conda/pkgs/*.tar.bz2",
      "usr/local/bundle/cache/*.gem",
      "var/lib/gems/*/cache/*.gem",
      "usr/lib/ruby/gems/*/cache/*.gem",
      "usr/local/lib/ruby/gems/*/cache/*.gem",
    ],
  },
  {
    name: "logs",
    patterns: ["var/log/**"],
    only: "filled-files",
  },
  {
    name: "pyc",
    patterns: ["**/__pycache__"],
  },
];
