/**
 * Who holds the key-encryption keys. Shaped like a key management service: keys go in and come out many at a time, the key-encryption key itself
 * never does. Versions count up; what an older one wrapped it still unwraps, until it is taken away.
 */
export interface KeyProvider {
  /** Wraps data keys (32 bytes each), all with the newest key-encryption key. Answers in the order given. @throws AppError NOT_READY when the service is away. */
  wrap(keys: readonly Buffer[]): Promise<{ version: number; wrapped: Buffer[] }>;
  /** All of them or none. @throws Error when one was not wrapped by us, or its version is gone; AppError NOT_READY when the service is away. */
  unwrap(keys: ReadonlyArray<{ wrapped: Buffer; version: number }>): Promise<Buffer[]>;
  /** The newest version: what is wrapped by an older one waits for rotation. */
  currentVersion(): Promise<number>;
}
