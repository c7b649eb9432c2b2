'use strict';

if (!require('fs').existsSync('dist/main.js')) {
  console.error('Docket is not built yet: run `npm run build` first.');
  process.exit(1);
}
