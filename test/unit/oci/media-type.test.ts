import { expect, test } from "vitest";
import { isForeignLayer, layerCompression } from "../../../src/oci/media-type.ts";

test.each(["constructor", "toString", "__proto__", ""])(
  "%j, a media type like any other, is none of a layer",
  (name) => {
    expect(layerCompression(name)).toBeUndefined();
    expect(isForeignLayer(name)).toBe(false);
  },
);
