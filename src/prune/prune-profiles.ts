/** The kinds of content that an image can mostly do without, by the names that the command line knows them by. */
export type PruneName = "apt" | "apk" | "dnf" | "pip" | "npm" | "docs" | "man" | "locales" | "caches" | "logs" | "pyc";

/**
 * One kind. Patterns are held against cleaned paths, without a leading slash: `*` and `?` stay within one name, `**` is any number of names, and none but entries that are no
 * directories are meant. What a package manager needs to know of its packages is in no list.
 */
export interface PruneProfile {
  readonly name: PruneName;
  /** What it is, and what is lost without it. */
  readonly what: string;
  readonly patterns: readonly string[];
  /** Exceptions from `patterns`. */
  readonly keep?: readonly string[];
}

/** Every profile, the ones with the least doubt about them first: content that fits several counts for the first. */
export const PRUNE_PROFILES: readonly PruneProfile[] = [
  {
    name: "apt",
    what: "packages and package lists that apt downloaded, and dpkg's backups of its database; apt-get update brings the lists back",
    patterns: [
      "var/cache/apt/*.bin",
      "var/cache/apt/archives/**",
      "var/lib/apt/lists/**",
      "var/cache/debconf/*-old",
      "var/lib/dpkg/*-old",
    ],
    keep: ["var/cache/apt/archives/lock", "var/lib/apt/lists/lock"],
  },
  {
    name: "apk",
    what: "packages and indexes that apk downloaded; apk update brings the indexes back",
    patterns: ["var/cache/apk/**", "etc/apk/cache/**"],
  },
  {
    name: "dnf",
    what: "packages and repository metadata that dnf, yum, microdnf and zypper downloaded",
    patterns: ["var/cache/dnf/**", "var/cache/libdnf5/**", "var/cache/yum/**", "var/cache/zypp/**"],
  },
  {
    name: "pip",
    what: "downloads and wheels that pip, uv and poetry keep",
    patterns: ["root/.cache/{pip,uv,pypoetry}/**", "home/*/.cache/{pip,uv,pypoetry}/**", "tmp/pip-*/**"],
  },
  {
    name: "npm",
    what: "downloads and logs that npm, yarn and node-gyp keep",
    patterns: [
      "root/.npm/{_cacache,_logs,_npx}/**",
      "home/*/.npm/{_cacache,_logs,_npx}/**",
      "usr/local/share/.cache/yarn/**",
      "root/.cache/{yarn,node-gyp}/**",
      "home/*/.cache/{yarn,node-gyp}/**",
    ],
  },
  {
    name: "man",
    what: "manual pages",
    patterns: ["usr/share/man/**", "usr/local/share/man/**", "var/cache/man/**"],
  },
  {
    name: "docs",
    what: "documentation of packages; copyright files stay, for licences ask for them",
    patterns: [
      "usr/share/doc/**",
      "usr/share/info/**",
      "usr/share/gtk-doc/**",
      "usr/share/lintian/**",
      "usr/local/share/doc/**",
      "usr/local/share/info/**",
    ],
    keep: ["usr/share/doc/*/copyright", "usr/share/doc/**/LICENSE*", "usr/share/doc/**/COPYING*"],
  },
  {
    name: "locales",
    what: "translations of messages into languages other than English",
    patterns: ["usr/share/locale/*/LC_MESSAGES/**", "usr/share/locale/*/LC_TIME/**", "usr/share/locale/*/*.{mo,po}"],
    keep: ["usr/share/locale/en*/**", "usr/share/locale/C*/**"],
  },
  {
    name: "pyc",
    what: "compiled Python modules in __pycache__; Python compiles them again at each start where it cannot write",
    patterns: ["**/__pycache__/*.pyc"],
  },
  {
    name: "logs",
    what: "log files; the records of logins stay",
    patterns: ["var/log/**"],
    keep: ["var/log/{lastlog,faillog,wtmp,btmp}"],
  },
  {
    name: "caches",
    what: "caches of users, of ldconfig, fontconfig and other language's package managers, and temporary files",
    patterns: [
      "root/.cache/**",
      "home/*/.cache/**",
      "var/cache/ldconfig/aux-cache",
      "var/cache/fontconfig/**",
      "var/cache/pacman/pkg/**",
      "root/.cargo/registry/{cache,index}/**",
      "usr/local/cargo/registry/{cache,index}/**",
      "{root/go,go}/pkg/mod/cache/**",
      "root/.composer/cache/**",
      "usr/local/bundle/cache/*.gem",
      "usr/local/lib/ruby/gems/*/cache/*.gem",
      "var/lib/gems/*/cache/*.gem",
      "opt/conda/pkgs/*.{conda,tar.bz2}",
      "tmp/**",
      "var/tmp/**",
    ],
  },
];
