import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet, { type HelmetOptions } from 'helmet';

type Headers = Readonly<Record<string, string>>;

const OURS: HelmetOptions = {
  // These are about pages, of which there is one, or about browsers of the past: every answer would carry them.
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
  xPoweredBy: false,
  xFrameOptions: { action: 'deny' },
};

const NOTHING = ["'none'"];

/** Of every answer: data, which no browser is to run, frame, or take for something else. */
export const dataHeaders: Headers = headersOf({ ...OURS, contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: NOTHING, frameAncestors: NOTHING } } });

/** Of the GraphiQL page: it brings its scripts along and speaks to nobody but us. Its editor runs workers from blobs. */
export const pageHeaders: Headers = headersOf({
  ...OURS,
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: NOTHING,
      scriptSrc: ["'self'", "'unsafe-inline'", 'blob:'],
      workerSrc: ['blob:'],
      styleSrc: ["'self'", "'unsafe-inline'"],
      fontSrc: ['data:'],
      imgSrc: ['data:'],
      connectSrc: ["'self'", 'blob:'],
      baseUri: NOTHING,
      formAction: NOTHING,
      frameAncestors: NOTHING,
    },
  },
});

/** What helmet would set, found out once: asking it for every answer takes longer than many an answer. */
function headersOf(options: HelmetOptions): Headers {
  const headers: Record<string, string> = {};
  const response = { setHeader: (name: string, value: string) => void (headers[name.toLowerCase()] = value), removeHeader: () => undefined };
  helmet(options)({} as IncomingMessage, response as unknown as ServerResponse, (error) => {
    if (error instanceof Error) throw error;
  });
  return headers;
}
