import { formatSize } from "../../amount.ts";
import type { ListedImage } from "../../images/images-result.ts";
import { contentSecurityPolicy, escapeHtml, pagePart, visibleHtml } from "../report-html.ts";

/** The list of images as a page without scripts; each links to its report by reference. */
export function imagesPage(images: readonly ListedImage[]): string {
  const rows = images.map((image) => {
    const name = image.names[0] ?? image.id.replace(/^sha256:/, "").slice(0, SHORT_ID);
    const cells = [
      image.platform,
      image.created?.slice(0, 10) ?? "",
      formatSize(image.size),
      String(image.layers.length),
    ];
    const link = `report?image=${encodeURIComponent(image.reference)}`;
    const others = image.names.slice(1).map((other) => `<br>${visibleHtml(other)}`);
    return `<tr><th scope="row"><a href="${escapeHtml(link)}">${visibleHtml(name)}</a>${others.join("")}</th>${cells
      .map((cell) => `<td>${visibleHtml(cell)}</td>`)
      .join("")}</tr>`;
  });
  return messagePage(
    "Images",
    rows.length === 0
      ? "<p>There are none.</p>"
      : `<table class="images"><thead><tr>${TITLES.map((title) => `<th scope="col">${title}</th>`).join("")}</tr></thead>
<tbody>
${rows.join("\n")}
</tbody></table>`,
  );
}

const SHORT_ID = 12;
const TITLES = ["Image", "Platform", "Created", "Size", "Layers"];

/** A short page; `body` is HTML, `title` is text. */
export function messagePage(title: string, body: string): string {
  const style = pagePart("page.css");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy([], [style])}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${escapeHtml(title)} – planish</title>
<style>${style}</style>
</head>
<body>
<header class="top"><div class="bar"><p class="brand">planish</p></div><h1>${escapeHtml(title)}</h1></header>
<main>
${body}
</main>
</body>
</html>
`;
}
