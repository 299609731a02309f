#!/usr/bin/env node
"use strict";
/*
 * `docker flatten`. Docker asks every plugin for its metadata whenever it lists commands, so the answer is given before
 * anything else is loaded.
 * https://github.com/docker/cli/blob/master/cli-plugins/metadata/metadata.go
 */
if (process.argv[2] === "docker-cli-plugin-metadata") {
  const metadata = {
    SchemaVersion: "0.1.0",
    Vendor: "planish",
    Version: require("../package.json").version,
    ShortDescription: "Make an image of one layer",
  };
  process.stdout.write(`${JSON.stringify(metadata)}\n`);
} else {
  const launch = require("./launch.cjs");
  launch(
    () => import("../dist/cli/plugin/docker-plugin.js"),
    (plugin) => plugin.dockerPlugin(process.argv.slice(2)),
  );
}
