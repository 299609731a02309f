import type { ImageStarted, ProgressEvent } from "../../index.ts";

/**
 * State of one stage of one image, from its events. In bytes, and milliseconds of the injected clock. With `IMAGES` as
 * its stage, it is that of all images together, in images; its label is the current one.
 */
export interface StageState {
  readonly stage: string;
  readonly platform?: string | undefined;
  readonly label: string;
  readonly total: number | undefined;
  readonly done: number;
  readonly started: number;
  /** How long it took; undefined while it runs. */
  readonly took: number | undefined;
  /** Bytes per second: while it runs, over the last few seconds; afterwards, over the whole stage. */
  readonly rate: number;
}

/** The name of what counts images. */
export const IMAGES = "images";

/**
 * Turns progress events into the current state of every stage of the current image, in the order in which they started.
 * If there are several images, their count comes first.
 */
export interface StageBoard {
  /** Returns the stage that the event changed, if any. */
  apply(event: ProgressEvent): StageState | undefined;
  readonly stages: readonly StageState[];
}

interface Sample {
  readonly at: number;
  readonly done: number;
}

interface Track extends StageState {
  readonly samples: readonly Sample[];
}

/** Long enough for a steady rate, short enough to follow changes. */
const RATE_WINDOW_MS = 3000;
const SAMPLE_INTERVAL_MS = 250;

/** A {@link StageBoard} on a clock that counts milliseconds. */
export function createStageBoard(now: () => number): StageBoard {
  const tracks = new Map<string, Track>();
  return {
    apply(event) {
      if (event.type === "diagnostic") return undefined;
      if (event.type === "image") {
        const images = imagesTrack(tracks.get(IMAGES_KEY), event, now());
        tracks.clear();
        tracks.set(IMAGES_KEY, images);
        return images;
      }
      const key = stageKey(event);
      const track = nextTrack(tracks.get(key), event, now());
      if (track !== undefined) tracks.set(key, track);
      return track;
    },
    get stages() {
      return [...tracks.values()];
    },
  };
}

/** Key of a stage, different for each platform. */
export function stageKey({ stage, platform }: Pick<StageState, "stage" | "platform">): string {
  return `${stage} ${platform ?? ""}`;
}

const IMAGES_KEY = stageKey({ stage: IMAGES });

/** Images differ so much in size that only the rate since the beginning tells how long the rest may take. */
function imagesTrack(track: Track | undefined, { label, number, total }: ImageStarted, at: number): Track {
  const started = track?.started ?? at;
  const done = number - 1;
  const rate = at > started ? (done / (at - started)) * 1000 : 0;
  return { stage: IMAGES, label, total, done, started, took: undefined, rate, samples: [] };
}

type StageEvent = Exclude<ProgressEvent, { type: "diagnostic" | "image" }>;

function nextTrack(track: Track | undefined, event: StageEvent, at: number): Track | undefined {
  if (event.type === "started") {
    const { stage, platform, label, total } = event;
    return {
      stage,
      platform,
      label,
      total,
      done: 0,
      started: at,
      took: undefined,
      rate: 0,
      samples: [{ at, done: 0 }],
    };
  }
  if (track === undefined) return undefined;
  if (event.type === "finished") {
    const { milliseconds } = event;
    return { ...track, took: milliseconds, rate: milliseconds > 0 ? (track.done / milliseconds) * 1000 : 0 };
  }
  const samples = keepSamples(track.samples, { at, done: event.done });
  return {
    ...track,
    done: event.done,
    total: event.total ?? track.total,
    samples,
    rate: rateOf(samples, at, event.done),
  };
}

function keepSamples(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  const last = samples.at(-1);
  if (last !== undefined && sample.at - last.at < SAMPLE_INTERVAL_MS) return samples;
  const recent = samples.filter(({ at }) => sample.at - at <= RATE_WINDOW_MS);
  return [...recent, sample];
}

function rateOf(samples: readonly Sample[], at: number, done: number): number {
  const first = samples[0];
  return first === undefined || at <= first.at ? 0 : ((done - first.done) / (at - first.at)) * 1000;
}
