#!/usr/bin/env node
"use strict";
const launch = require("./launch.cjs");

launch(
  () => import("../dist/cli/main.js"),
  (cli) => cli.main(process.argv.slice(2)),
);
