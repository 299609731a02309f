import { spawn } from "node:child_process";
import * as v from "valibot";
import type { Credentials, Environment } from "./options.ts";
import { parseJson } from "./parse-json.ts";

/** A helper may wait for user input that never comes. */
const TIMEOUT_MS = 60_000;
const MAX_OUTPUT_BYTES = 64 * 1024;
/** How long to wait for the end of the output of a helper that has exited. */
const LINGER_MS = 500;

/** If a helper gives this user name, its secret is an identity token. */
const IDENTITY_TOKEN_USER = "<token>";

const AnswerSchema = v.looseObject({ Username: v.string(), Secret: v.string() });

/** One question to one helper. */
export interface HelperQuestion {
  /** The part of the program's name after `docker-credential-`. */
  readonly helper: string;
  /** The registry as the helper knows it. */
  readonly server: string;
  readonly environment: Environment;
  /** Gets a sentence if the helper fails, without its output, which may be a secret. */
  readonly problems: string[];
  readonly signal: AbortSignal;
  readonly answers: HelperAnswers;
}

/**
 * What helpers answered, so that each is run once per registry and not for each repository of it: it may take a second,
 * or ask its user for a password.
 */
export type HelperAnswers = Map<string, Promise<Outcome>>;

/**
 * Asks `docker-credential-HELPER get`; undefined when it has none or fails. docker-credential-helpers README
 * §Development
 */
export async function askHelper(question: HelperQuestion): Promise<Credentials | undefined> {
  const { helper, server, problems, signal, answers } = question;
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(helper)) {
    problems.push("a credential file names a credential helper that is not the name of a program");
    return undefined;
  }
  const asked = `${helper} ${server}`;
  const running = answers.get(asked) ?? run(question);
  answers.set(asked, running);
  const outcome = await running;
  signal.throwIfAborted();
  if (outcome.failure === "" && outcome.output !== undefined) {
    const credentials = credentialsIn(outcome.output);
    if (credentials !== undefined) return credentials;
  }
  // "credentials not found in native keychain" is the conventional message of a helper that has none.
  if (!outcome.output?.includes("credentials not found")) {
    problems.push(`docker-credential-${helper} ${outcome.failure || "gave an answer that is not credentials"}`);
  }
  return undefined;
}

interface Outcome {
  readonly output: string | undefined;
  /** What went wrong, for a sentence that begins with the program's name; empty when it exited with 0. */
  readonly failure: string;
}

function run(question: HelperQuestion): Promise<Outcome> {
  return new Promise((resolve) => {
    const tooLong = new AbortController();
    // The option `timeout` of spawn would keep this process alive if the program cannot be run.
    const tooLate = AbortSignal.timeout(TIMEOUT_MS);
    const child = spawn(`docker-credential-${question.helper}`, ["get"], {
      env: { ...question.environment },
      stdio: ["pipe", "pipe", "ignore"],
      signal: AbortSignal.any([question.signal, tooLate, tooLong.signal]),
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MAX_OUTPUT_BYTES) chunks.push(chunk);
      else tooLong.abort();
    });
    child.on("error", () => {
      // What the helper has started may live on, with its output open: nobody waits for that.
      child.stdout.destroy();
      child.unref();
      const reason = tooLong.signal.aborted ? "gave an answer that is too long" : "cannot be run";
      resolve({
        output: undefined,
        failure: tooLate.aborted ? `did not answer within ${TIMEOUT_MS / 1000} s` : reason,
      });
    });
    // So may what one that exits has started, such as an agent that keeps the keys.
    child.on("exit", () => setTimeout(() => child.stdout.destroy(), LINGER_MS).unref());
    child.on("close", (status, killedBy) => {
      const failure = status === 0 ? "" : killedBy === null ? `exited with ${status}` : `was ended by ${killedBy}`;
      resolve({ output: Buffer.concat(chunks).toString("utf8"), failure });
    });
    // A helper may exit without reading its input; only its exit status counts.
    child.stdin.on("error", () => {});
    child.stdin.end(question.server);
  });
}

function credentialsIn(output: string): Credentials | undefined {
  const answer = v.safeParse(AnswerSchema, parseJson(output));
  if (!answer.success || answer.output.Secret === "") return undefined;
  const { Username, Secret } = answer.output;
  if (Username === IDENTITY_TOKEN_USER) return { kind: "identity", token: Secret };
  return { kind: "basic", username: Username, password: Secret };
}
