/** The colour of a layer, from blue at the bottom to violet at the top; readable with the page's text colour. */
export function layerColour(layer: number, layers: number, dark: boolean): string {
  const hue = BOTTOM_HUE - (layers <= 1 ? 0 : (layer / (layers - 1)) * HUES);
  return dark ? `oklch(0.44 0.085 ${hue.toFixed(1)})` : `oklch(0.83 0.085 ${hue.toFixed(1)})`;
}

const BOTTOM_HUE = 250;
const HUES = 290;

/** The other colours of the treemap. */
export function mapColours(dark: boolean): MapColours {
  return dark
    ? {
        ground: "#11161d",
        folder: "#2a323d",
        text: "#f4f6f8",
        hatch: "rgb(0 0 0 / 0.5)",
        ghost: "#ff9d8a",
      }
    : {
        ground: "#ffffff",
        folder: "#e8ecf1",
        text: "#17202b",
        hatch: "rgb(255 255 255 / 0.62)",
        ghost: "#c22f12",
      };
}

export interface MapColours {
  readonly ground: string;
  readonly folder: string;
  readonly text: string;
  /** Lines over what is hidden. */
  readonly hatch: string;
  readonly ghost: string;
}
