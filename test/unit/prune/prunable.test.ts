import { describe, expect, test } from "vitest";
import { prunableBy } from "../../../src/prune/prunable.ts";

describe("a path belongs to the profile", () => {
  test.each([
    ["var/cache/apt/archives/libc6_2.36-9_amd64.deb", "apt"],
    ["var/cache/apt/pkgcache.bin", "apt"],
    ["var/lib/apt/lists/deb.debian.org_debian_dists_bookworm_InRelease", "apt"],
    ["var/lib/apt/lists/auxfiles/x", "apt"],
    ["var/cache/apk/APKINDEX.1.tar.gz", "apk"],
    ["var/cache/dnf/base-1/repodata/repomd.xml", "dnf"],
    ["root/.cache/pip/http/0/1/2", "pip"],
    ["home/app/.cache/uv/wheels/x", "pip"],
    ["root/.npm/_cacache/index-v5/aa", "npm"],
    ["usr/share/man/man1/ls.1.gz", "man"],
    ["usr/share/man/de/man1/ls.1.gz", "man"],
    ["usr/share/doc/bash/README", "docs"],
    ["usr/share/locale/de/LC_MESSAGES/bash.mo", "locales"],
    ["usr/lib/python3/dist-packages/a/__pycache__/b.cpython-311.pyc", "pyc"],
    ["var/log/dpkg.log", "logs"],
    ["root/.cache/go-build/00/x", "caches"],
    ["go/pkg/mod/cache/download/x.zip", "caches"],
    ["usr/local/cargo/registry/cache/a/b.crate", "caches"],
    ["opt/conda/pkgs/a.conda", "caches"],
  ])("%s: %s", (path, name) => {
    expect(prunableBy(path)).toBe(name);
  });

  test.each([
    ["var/lib/dpkg/status"],
    ["var/lib/dpkg/info/bash.list"],
    ["lib/apk/db/installed"],
    ["var/lib/rpm/rpmdb.sqlite"],
    ["var/lib/apt/extended_states"],
    ["var/lib/apt/lists/lock"],
    ["var/cache/debconf/config.dat"],
    ["usr/share/doc/bash/copyright"],
    ["usr/share/locale/en_GB/LC_MESSAGES/bash.mo"],
    ["usr/share/locale/locale.alias"],
    ["app/module.pyc"],
    ["root/.cache/ms-playwright/chromium/chrome"],
    ["root/.cache/pypoetry/virtualenvs/app/bin/python"],
    ["tmp/build/a.o"],
    ["usr/bin/man"],
    ["srv/var/log/x"],
    ["xvar/cache/apt/archives/a.deb"],
  ])("none: %s", (path) => {
    expect(prunableBy(path)).toBeUndefined();
  });
});
