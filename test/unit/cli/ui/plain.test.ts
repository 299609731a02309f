import { expect, test } from "vitest";
import { createPlainUi } from "../../../../src/cli/ui/plain.ts";

test("plain lines: one at the end of a stage, one every ten seconds meanwhile, no speed of a moment", () => {
  const lines: string[] = [];
  const clock = { now: 0 };
  const ui = createPlainUi({ write: (line) => lines.push(line), now: () => clock.now, transient: false });

  ui.report({ type: "started", stage: "scan", label: "8 layers", total: 3_000_000_000 });
  for (let at = 500; at <= 30_000; at += 500) {
    clock.now = at;
    ui.report({ type: "advanced", stage: "scan", done: at * 100_000 });
  }
  ui.report({ type: "finished", stage: "scan", milliseconds: 30_000 });
  ui.report({ type: "started", stage: "write", label: "docker-archive:a\nb" });
  ui.report({ type: "finished", stage: "write", milliseconds: 40 });
  ui.report({ type: "started", stage: "write", label: "there already", total: 42_500_000 });
  ui.report({ type: "advanced", stage: "write", done: 42_500_000 });
  ui.report({ type: "finished", stage: "write", milliseconds: 0.25 });
  ui.close();

  expect(lines).toEqual([
    "scan    8 layers, 33 %, 1 GB of 3 GB, 100 MB/s, 20 s left",
    "scan    8 layers, 66 %, 2 GB of 3 GB, 100 MB/s, 10 s left",
    "scan    8 layers, 100 %, 3 GB of 3 GB, 100 MB/s",
    "scan    8 layers, 3 GB, 100 MB/s, 30 s",
    "write   docker-archive:a\\nb, 40 ms",
    "write   there already, 42.5 MB, 0 ms",
  ]);
});

test("plain lines of several images: one every ten seconds, however short each image or long one of them is", () => {
  const lines: string[] = [];
  const clock = { now: 0 };
  const ui = createPlainUi({ write: (line) => lines.push(line), now: () => clock.now, transient: true });
  const begin = (number: number): void => {
    ui.report({ type: "image", label: `app:${number}`, number, total: 3000 });
    ui.report({ type: "started", stage: "scan", label: "8 layers", total: 1_200_000_000 });
  };

  for (let number = 1; number <= 200; number += 1) {
    begin(number);
    clock.now += 100;
    ui.report({ type: "finished", stage: "scan", milliseconds: 100 });
  }
  begin(201);
  clock.now += 11_000;
  ui.report({ type: "advanced", stage: "scan", done: 1_100_000_000 });
  begin(202);

  expect(lines).toEqual([
    "images  app:100, 3 %, 100 of 3,000, 4 min 51 s left",
    "images  app:200, 6 %, 200 of 3,000, 4 min 41 s left",
    "images  app:201, 6 %, 201 of 3,000, 4 min 40 s left",
    "scan    8 layers, 91 %, 1.1 GB of 1.2 GB",
  ]);
});
