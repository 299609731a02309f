import { describe, expect, test } from "vitest";
import { type ConfigChanges, changeConfig } from "../../../src/change/change-config.ts";
import type { EngineConfig } from "../../../src/change/engine-config.ts";

const applied = (changes: string | readonly string[], before: EngineConfig = {}): EngineConfig =>
  changeConfig(before, { changes: [changes].flat() });

const base: EngineConfig = { Env: ["PATH=/bin", "A=1"], Cmd: ["old"], WorkingDir: "/srv", Labels: { a: "1" } };

describe("an instruction", () => {
  test.each<[string, EngineConfig]>([
    ['CMD ["app", "-x"]', { Cmd: ["app", "-x"] }],
    ["cmd app -x", { Cmd: ["/bin/sh", "-c", "app -x"] }],
    ["CMD []", { Cmd: [] }],
    ["CMD [app]", { Cmd: ["/bin/sh", "-c", "[app]"] }],
    ['ENTRYPOINT ["/init"]', { Entrypoint: ["/init"] }],
    ["ENTRYPOINT exec top", { Entrypoint: ["/bin/sh", "-c", "exec top"] }],
    ["ENV A=1 B='x y' C=\"z w\" D=q\\ r", { Env: ["A=1", "B=x y", "C=z w", "D=q r"] }],
    ["ENV ONE TWO= THREE=world", { Env: ["ONE=TWO= THREE=world"] }],
    ["ENV A=b=c", { Env: ["A=b=c"] }],
    ["EXPOSE 80 53/udp 8000-8002/tcp", portsOnly("80/tcp", "53/udp", "8000/tcp", "8001/tcp", "8002/tcp")],
    ["HEALTHCHECK NONE", { Healthcheck: { Test: ["NONE"] } }],
    [
      "HEALTHCHECK --interval=+.5s --timeout=2.m CMD x",
      { Healthcheck: { Test: ["CMD-SHELL", "x"], Interval: 500_000_000, Timeout: 120_000_000_000 } },
    ],
    ["HEALTHCHECK CMD curl -f localhost", { Healthcheck: { Test: ["CMD-SHELL", "curl -f localhost"] } }],
    [
      'HEALTHCHECK --interval=1m30s --timeout=1.5s --start-period=0 --start-interval=5s --retries=3 CMD ["ok"]',
      {
        Healthcheck: {
          Test: ["CMD", "ok"],
          Interval: 90e9,
          Timeout: 15e8,
          StartPeriod: 0,
          StartInterval: 5e9,
          Retries: 3,
        },
      },
    ],
    ['LABEL version=1.0 "a b"="c d"', { Labels: { version: "1.0", "a b": "c d" } }],
    ["LABEL who me and you", { Labels: { who: "me and you" } }],
    ["ONBUILD RUN make", { OnBuild: ["RUN make"] }],
    ['SHELL ["/bin/bash", "-c"]', { Shell: ["/bin/bash", "-c"] }],
    ["STOPSIGNAL SIGRTMIN+3", { StopSignal: "SIGRTMIN+3" }],
    ["STOPSIGNAL 9", { StopSignal: "9" }],
    ["USER app:users", { User: "app:users" }],
    ['VOLUME ["/data", "/with space"]', { Volumes: { "/data": {}, "/with space": {} } }],
    ["VOLUME /a /b", { Volumes: { "/a": {}, "/b": {} } }],
    ["WORKDIR /srv", { WorkingDir: "/srv" }],
    ["WORKDIR a/../b", { WorkingDir: "/b" }],
    ["WORKDIR //a/../b/", { WorkingDir: "/b" }],
    ["VOLUME /a\\ b", { Volumes: { "/a": {}, b: {} } }],
    ["VOLUME /a\u00a0b\t/c", { Volumes: { "/a\u00a0b": {}, "/c": {} } }],
    ["CMD [x] y", { Cmd: ["/bin/sh", "-c", "[x] y"] }],
    ["CMD a \\", { Cmd: ["/bin/sh", "-c", "a"] }],
    ["CMD a \\\\", { Cmd: ["/bin/sh", "-c", "a \\\\"] }],
    ["\n# comment\n  CMD echo \\\n  two", { Cmd: ["/bin/sh", "-c", "echo   two"] }],
  ])("%s", (instruction, expected) => {
    expect(applied(instruction)).toEqual(expected);
  });

  test.each<[string, string | readonly string[], EngineConfig]>([
    ["replaces a variable in its place", "ENV A=2 B=3", { ...base, Env: ["PATH=/bin", "A=2", "B=3"] }],
    [
      "sees variables of the image and of instructions before",
      ["ENV B=$A", `ENV PATH=/x:\${PATH} C=\${B}\${NO:-d}\${A:+e} D='$A' E=\\$A`],
      { ...base, Env: ["PATH=/x:/bin", "A=1", "B=1", "C=1de", "D=$A", "E=$A"] },
    ],
    ["adds to labels", "LABEL b=$A", { ...base, Labels: { a: "1", b: "1" } }],
    ["goes on from the working directory", "WORKDIR app", { ...base, WorkingDir: "/srv/app" }],
    ["drops the old command with a new entry point", 'ENTRYPOINT ["x"]', without("Cmd", { Entrypoint: ["x"] })],
    ["keeps a command set before", ["CMD b", "ENTRYPOINT a"], shellForms({ Cmd: "b", Entrypoint: "a" })],
    [
      "uses the image's shell",
      ['SHELL ["sh", "-x"]', "CMD b"],
      { ...base, Shell: ["sh", "-x"], Cmd: ["sh", "-x", "b"] },
    ],
  ])("%s", (_, changes, expected) => {
    expect(applied(changes, base)).toEqual(expected);
  });

  test.each([
    ["RUN make", "RUN is not one of CMD, "],
    ["", "there is no instruction in it"],
    ["CMD", "it takes an argument"],
    ["CMD [1]", "may hold only strings"],
    ["ENV A", "it takes NAME=VALUE"],
    ["ENV A=1 B", "B is not NAME=VALUE"],
    ["ENV A='x", "a single quote is not closed"],
    ['ENV A="x', "a double quote is not closed"],
    [`ENV A=\${}`, "not supported: use :-"],
    [`ENV A=\${B?}`, "B: not set"],
    [`ENV A=\${B`, "not supported: use :-"],
    [`ENV A=\${B:-x`, "a } is missing"],
    [`ENV A=\${B:?no}`, "B: no"],
    ["EXPOSE 80:80", "80:80 is not a port"],
    ["EXPOSE 70000", "70000 is not a port"],
    ["EXPOSE", "it takes a port"],
    ["HEALTHCHECK curl", "it takes NONE, or CMD"],
    ["HEALTHCHECK CMD [1]", "may hold only strings"],
    ["HEALTHCHECK CMD []", "it takes NONE, or CMD"],
    ["HEALTHCHECK --retries=1 --retries=2 CMD x", "given twice"],
    ['HEALTHCHECK CMD ["a"] b', "something follows its JSON array"],
    ['CMD ["a"] # comment', "something follows its JSON array"],
    ['VOLUME "/a b"', "a double quote is not closed"],
    ["HEALTHCHECK --interval=5 CMD x", "is not a duration"],
    ["HEALTHCHECK --interval=5s=6 CMD x", "is not a duration"],
    ["HEALTHCHECK --interval=.s CMD x", "is not a duration"],
    ["HEALTHCHECK --interval=-5s CMD x", "is not a duration"],
    ["HEALTHCHECK --interval=5us CMD x", "less than a millisecond"],
    ["HEALTHCHECK --often CMD x", "there is no --often"],
    ["ONBUILD FROM x", "FROM cannot be a trigger"],
    ["SHELL sh", "it takes a JSON array"],
    ["STOPSIGNAL SIGNOPE", "SIGNOPE is not a signal"],
    ["STOPSIGNAL SIGUNUSED", "SIGUNUSED is not a signal"],
    ["STOPSIGNAL KSIGILL", "KSIGILL is not a signal"],
    ['VOLUME [""]', "it takes a path"],
  ])("%s is refused: %s", (instruction, why) => {
    expect(() => applied(instruction)).toThrowError(
      expect.objectContaining({ code: "ARGUMENT_INVALID", message: expect.stringContaining(why) }),
    );
  });
});

describe("a word of an instruction (Dockerfile reference, Environment replacement)", () => {
  test.each([
    ["'a'b", "ab"],
    ["'$V'", "$V"],
    [`"a\\"b\\$c\\\\d\\e"`, `a"b$c\\d\\e`],
    [`"$V\${V}"`, "vv"],
    ["a\\b\\$V", "ab$V"],
    ["$V.$E.$N.", "v..."],
    ["$", "$"],
    ["$.", "$."],
    ["$1$@$V1$Vé", ""],
    [`\${N-d}\${E-e}\${V-f}`, "dv"],
    [`\${N:-d}\${E:-e}\${V:-f}`, "dev"],
    [`\${N+d}\${E+e}\${V+f}`, "ef"],
    [`\${N:+d}\${E:+e}\${V:+f}`, "f"],
    [`\${E?no}\${V:?no}`, "v"],
    [`\${N:-\${V}x'}'}y`, "vx}y"],
  ])("%s is %j", (word, expected) => {
    const { Env } = changeConfig({ Env: ["V=v", "E="] }, { changes: [`ENV R=${word}`] });
    expect(Env).toEqual(["V=v", "E=", `R=${expected}`]);
  });
});

describe("options", () => {
  test.each<[ConfigChanges, EngineConfig]>([
    [{ env: ["A=$B", "N=1"] }, { ...base, Env: ["PATH=/bin", "A=$B", "N=1"] }],
    [{ unsetEnv: ["A", "none"] }, { ...base, Env: ["PATH=/bin"] }],
    [{ labels: ["b", "c=d=e"] }, { ...base, Labels: { a: "1", b: "", c: "d=e" } }],
    [{ unsetLabels: ["a"] }, { ...base, Labels: {} }],
    [
      { changes: ["LABEL a=2"], labels: ["a=3"] },
      { ...base, Labels: { a: "3" } },
    ],
    [{}, base],
  ])("%j", (asked, expected) => {
    expect(changeConfig(base, asked)).toEqual(expected);
  });

  test("of a variable that occurs twice, the one that counts is set", () => {
    const twice = { Env: ["A=1", "A=2", "B=1", "B=2"] };
    const asked = { changes: ["ENV A=$A-3"], env: ["B=4"] };
    expect(changeConfig(twice, asked).Env).toEqual(["A=1", "A=2-3", "B=1", "B=4"]);
  });

  test.each([
    [{ env: ["A"] }, '--env: "A" is not NAME=VALUE'],
    [{ labels: ["=x"] }, '--label: "=x" is not NAME=VALUE or NAME'],
  ])("%j are refused", (asked, message) => {
    expect(() => changeConfig({}, asked)).toThrowError(expect.objectContaining({ message }));
  });
});

function portsOnly(...names: string[]): EngineConfig {
  return { ExposedPorts: Object.fromEntries(names.map((name) => [name, {}])) };
}

function without(name: keyof EngineConfig, more: EngineConfig): EngineConfig {
  const { [name]: _, ...rest } = base;
  return { ...rest, ...more };
}

function shellForms(commands: Record<"Cmd" | "Entrypoint", string>): EngineConfig {
  const forms = Object.entries(commands).map(([name, text]) => [name, ["/bin/sh", "-c", text]]);
  return { ...base, ...Object.fromEntries(forms) };
}
