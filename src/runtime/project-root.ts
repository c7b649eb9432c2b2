import { fileURLToPath } from 'node:url';

/** The folder that holds package.json, policies/ and openclaw/, seen from src/ and from dist/ alike. */
export const projectRoot = fileURLToPath(new URL('../../', import.meta.url));
