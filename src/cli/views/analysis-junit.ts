import type { AnalysisResult, GateOutcome, ImageAnalysis } from "../../index.ts";
import { escapeText } from "../text/escape.ts";

/**
 * JUnit XML, for the test reports of CI systems: a suite an image, a case a gate, which fails with it, and a case a
 * consideration, which never does.
 */
export function analysisJunit({ sources, gates = [] }: AnalysisResult): string {
  const all = sources.flatMap(({ source, images }) => images.map((image) => ({ source, image })));
  const each = gates.length / Math.max(1, all.length);
  const suites = all.map(({ source, image }, at) => {
    return suite(`${source} ${image.platform}`, image, gates.slice(at * each, (at + 1) * each));
  });
  const failures = gates.filter(({ passed }) => !passed).length;
  const head = `<testsuites name="planish analyze" failures="${failures}">`;
  return ['<?xml version="1.0" encoding="UTF-8"?>', head, ...suites.flat(), "</testsuites>"].join("\n");
}

function suite(name: string, { advice }: ImageAnalysis, gates: readonly GateOutcome[]): string[] {
  const failures = gates.filter(({ passed }) => !passed).length;
  const cases = [
    ...gates.map(({ gate, passed, text }) =>
      passed
        ? `    <testcase classname="gate" name="${xml(gate)}"/>`
        : `    <testcase classname="gate" name="${xml(gate)}"><failure message="${xml(text)}">${xml(text)}</failure></testcase>`,
    ),
    ...advice.map(
      ({ topic, text }) =>
        `    <testcase classname="advice" name="${topic}"><system-out>${xml(text)}</system-out></testcase>`,
    ),
  ];
  return [
    `  <testsuite name="${xml(name)}" tests="${cases.length}" failures="${failures}">`,
    ...cases,
    "  </testsuite>",
  ];
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Text that XML 1.0 takes, in content and in attributes: controls are escaped before. */
function xml(text: string): string {
  return escapeText(text).replace(/[&<>"]/g, (char) => ENTITIES[char] ?? char);
}
