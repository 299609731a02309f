import { hello } from "./hello.ts";
import { nginx } from "./nginx.ts";
import { pythonApp } from "./python-app.ts";
import type { Recipe } from "./recipe.ts";
import { smallFiles } from "./small-files.ts";
import { toolchain } from "./toolchain.ts";

/** The images of the comparison, in the order of its tables. */
export const RECIPES: readonly Recipe[] = [nginx, pythonApp, toolchain, smallFiles, hello];
