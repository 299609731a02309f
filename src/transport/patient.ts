/** How long a server is waited for after the run was aborted. */
export const ANSWER_SECONDS = 10;

/**
 * A signal for what is to be completed although the run is aborted: it aborts 10 seconds after the run's, so that a
 * server that does not answer is not waited for without end.
 */
export function patient(run: AbortSignal): AbortSignal {
  const controller = new AbortController();
  const wait = (): void => void setTimeout(() => controller.abort(run.reason), ANSWER_SECONDS * 1000).unref();
  if (run.aborted) wait();
  else run.addEventListener("abort", wait, { once: true });
  return controller.signal;
}
