import { errorCodes, type FastifyInstance } from 'fastify';

const CHARSET = /;\s*charset\s*=\s*"?([^";\s]*)/i;

/**
 * Refuses bodies that would be read as something else than what was sent: JSON is UTF-8 (RFC 8259, section 8.1), and nothing is unpacked here, so that
 * the limit on bodies is one on what is read. Answers 415.
 */
export function refuseUnreadableBodies(server: FastifyInstance): void {
  server.addHook('preParsing', async ({ headers }) => {
    const { 'content-type': type = '', 'content-encoding': packed = 'identity' } = headers;
    const charset = CHARSET.exec(type)?.[1] ?? 'utf-8';
    if (!/^utf-?8$/i.test(charset)) throw new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE(type);
    if (packed !== 'identity') throw new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE(`${type} (${packed})`);
  });
}
