/**
 * Disposes one resource after another, in this order, also those after one that fails.
 * @throws the first error
 */
export async function disposeAll(resources: Iterable<AsyncDisposable | undefined>): Promise<void> {
  let failed: Promise<void> | undefined;
  for (const resource of resources) {
    const disposed = (async () => resource?.[Symbol.asyncDispose]())();
    await disposed.catch(() => {
      failed ??= disposed;
    });
  }
  await failed;
}
