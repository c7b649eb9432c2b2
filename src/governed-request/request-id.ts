import { z } from 'zod';

/** The id of a governed request, as it stands in an address. Upper-case digits mean the same id. */
export const requestId = z.uuid('expected the id of a request').transform((id) => id.toLowerCase());
