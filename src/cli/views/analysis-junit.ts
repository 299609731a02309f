import type { Diagnostic, GateOutcome, ImageAnalysis } from "../../index.ts";
import { escapeText } from "../text/escape.ts";
import type { AnalysisReport } from "./analysis-view.ts";

/**
 * JUnit XML, for the test reports of CI systems. Each image is a suite, with a case for each gate, which may fail, and
 * one for each piece of advice, which never fails. Images that cannot be read are errors in a suite of their own.
 */
export function analysisJunit({ sources, gates = [], place = "", diagnostics = [] }: AnalysisReport): string {
  const all = sources.flatMap(({ source, images }) => images.map((image) => ({ source, image })));
  const each = gates.length / Math.max(1, all.length);
  const suites = all.map(({ source, image }, at) => {
    return suite(`${source} ${image.platform}`, image, gates.slice(at * each, (at + 1) * each));
  });
  const failures = gates.filter(({ passed }) => !passed).length;
  const head = `<testsuites name="planish analyze" failures="${failures}" errors="${diagnostics.length}">`;
  const unread = diagnostics.length > 0 ? unreadSuite(place, diagnostics) : [];
  return ['<?xml version="1.0" encoding="UTF-8"?>', head, ...suites.flat(), ...unread, "</testsuites>"].join("\n");
}

function unreadSuite(place: string, diagnostics: readonly Diagnostic[]): string[] {
  const count = diagnostics.length;
  return [
    `  <testsuite name="${xml(place)}" tests="${count}" failures="0" errors="${count}">`,
    ...diagnostics.map(
      ({ rule, message }) =>
        `    <testcase classname="place" name="${xml(rule)}"><error message="${xml(message)}">${xml(message)}</error></testcase>`,
    ),
    "  </testsuite>",
  ];
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

/** Escapes text for content and attributes of XML 1.0, which cannot hold control characters. */
function xml(text: string): string {
  return escapeText(text).replace(/[&<>"]/g, (char) => ENTITIES[char] ?? char);
}
