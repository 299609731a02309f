import type { Diagnostic } from "../diagnostic.ts";
import type { AttributeDifference } from "./differences.ts";
import type { VerifiedImage } from "./verification.ts";

/** Recognizes differences that an engine's own commands cause, and that no flattening can undo. */
export function likelyCauses({ platform, differences }: Pick<VerifiedImage, "platform" | "differences">): Diagnostic[] {
  const attributes = differences.flatMap((difference) => difference.attributes);
  const times = attributes.filter(({ attribute }) => attribute === "mtime");
  const xattrs = attributes.filter(({ attribute }) => attribute.startsWith("xattr "));
  const added = new Set(differences.filter(({ kind }) => kind === "added").map(({ path }) => path));
  const causes: Diagnostic[] = [];
  if (times.length > 0 && times.every(isCut)) {
    const message =
      "The times are the same but for the fractions of a second that one side lacks: docker commit, docker import and Docker's classic builder drop them";
    causes.push({ rule: "times-cut", message, strict: false, platform });
  }
  if (xattrs.length > 0 && xattrs.every(isDropped)) {
    const message =
      "The flat image lacks extended attributes, all but security.capability: docker export and docker commit drop them";
    causes.push({ rule: "xattrs-dropped", message, strict: false, platform });
  }
  if (MARKS.some((path) => added.has(path))) {
    const message =
      "The flat image holds files that engines put into containers: it was made from a container or an export";
    causes.push({ rule: "container-files", message, strict: false, platform });
  }
  return causes;
}

/** What Docker and podman leave in every container. */
const MARKS = [".dockerenv", "run/.containerenv"];

const NO_FRACTION = ".000000000Z";

/** The same second, without a fraction on one side. */
function isCut({ source, flat }: AttributeDifference): boolean {
  const [was = "", is = ""] = [source ?? "", flat ?? ""];
  const sameSecond = was.slice(0, -NO_FRACTION.length) === is.slice(0, -NO_FRACTION.length);
  return sameSecond && (was.endsWith(NO_FRACTION) || is.endsWith(NO_FRACTION));
}

function isDropped({ attribute, flat }: AttributeDifference): boolean {
  return flat === null && attribute !== "xattr security.capability";
}
