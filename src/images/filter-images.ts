import { UsageError } from "../errors.ts";
import { joinByStars } from "../prune/join-by-stars.ts";
import type { ImagesOptions, ListedImage } from "./images-result.ts";

/** Which images are listed. */
export type ImagesFilter = Pick<ImagesOptions, "dangling" | "references">;

/** What a filter looks at: known before anything else about an image is read. */
export type NamedImage = Pick<ListedImage, "names" | "reference">;

/** The images that match the filters, each with the names that match. */
export function filterImages<Image extends NamedImage>(
  images: readonly Image[],
  { dangling, references = [] }: ImagesFilter,
): Image[] {
  const wanted = images.filter(({ names }) => dangling === undefined || dangling === (names.length === 0));
  if (references.length === 0) return wanted;
  const patterns = references.map(patternOf);
  return wanted.flatMap((image) => {
    const names = image.names.filter((name) => patterns.some((pattern) => fits(name, pattern)));
    return names.length === 0 ? [] : [{ ...image, names, reference: referenceBy(names[0], image) }];
  });
}

/** The image's reference with another name in place of the first one, if the reference ends with that. */
function referenceBy(name = "", { names: [first = ""], reference }: NamedImage): string {
  return first !== "" && reference.endsWith(first) ? `${reference.slice(0, -first.length)}${name}` : reference;
}

/** A pattern without a tag matches every tag; one without a registry also matches the full names that podman uses. */
function fits(name: string, pattern: RegExp): boolean {
  const short = name.replace(/^(?:localhost|docker\.io(?:\/library)?)\//, "");
  return [name, short].some((text) => pattern.test(text) || pattern.test(text.replace(/:[^:/]*$/, "")));
}

/**
 * Go's path.Match, which docker uses: `*` and `?` do not match a slash. https://pkg.go.dev/path#Match
 * @throws UsageError ARGUMENT_INVALID for a range that ends before it starts
 */
function patternOf(glob: string): RegExp {
  const parts = [""];
  for (const [part] of glob.matchAll(/\[\^?[^\]]+\]|[\s\S]/g)) {
    if (part === "*") parts.push("");
    else parts.push(`${parts.pop()}${expressionOf(part)}`);
  }
  try {
    return new RegExp(`^${joinByStars(parts, () => "[^/]*")}$`);
  } catch {
    throw new UsageError("ARGUMENT_INVALID", `not a pattern of image names: ${JSON.stringify(glob)}`, {
      details: { hint: "a range begins with the lower character, as in [a-z]" },
    });
  }
}

/** The expression for a set, for a question mark, or for a character that stands for itself. */
function expressionOf(part: string): string {
  if (part === "?") return "[^/]";
  if (part.length > 1) return part.replaceAll("\\", "\\\\");
  return part.replace(/[.+^${}()|[\]\\/-]/, "\\$&");
}
