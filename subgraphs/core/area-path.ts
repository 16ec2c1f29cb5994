import { z } from 'zod';

/** An administrative area, as a path. */
export const areaPath = z.string().max(200).regex(/^[a-z0-9-]+(\.[a-z0-9-]+)*$/, 'must be a path of lower-case names such as ke.kisumu.nyando');
