import pg from 'pg';

const RETRY_MS = 1000;

export interface ListenOptions {
  databaseUrl: string;
  /** Called at each notification, and after each (re)connect, since notifications may have been missed. */
  onNews: () => void;
  /** Called when the connection breaks or cannot be made; it is tried again. */
  onTrouble: (error: unknown) => void;
}

/** Keeps one connection that LISTENs on a channel. A net, for example polling, must catch what is said while it is broken. */
export async function listenTo(channel: string, options: ListenOptions): Promise<{ close(): Promise<void> }> {
  let closed = false;
  let client: pg.Client | null = null;
  const connect = async (): Promise<void> => {
    if (closed) return;
    const fresh = new pg.Client({ connectionString: options.databaseUrl, application_name: 'rahat-listen', keepAlive: true });
    client = fresh;
    const retry = (error: unknown): void => {
      if (closed || client !== fresh) return;
      client = null;
      options.onTrouble(error);
      setTimeout(() => void connect(), RETRY_MS).unref();
    };
    fresh.on('error', retry);
    fresh.on('notification', options.onNews);
    try {
      await fresh.connect();
      await fresh.query(`LISTEN ${channel}`);
      options.onNews();
    } catch (error) {
      void fresh.end().catch(() => undefined);
      retry(error);
    }
  };
  await connect();
  return {
    close: async () => {
      closed = true;
      await client?.end();
    },
  };
}
