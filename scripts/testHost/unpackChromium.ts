// node unpackChromium.ts FOLDER: unpacks the browser of the package installed in FOLDER into TMPDIR. A process of its
// own, because the package changes the environment of the process that imports it.

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const resolve = createRequire(join(process.argv[2] ?? '', 'package.json')).resolve;
const { default: chromium } = await import(pathToFileURL(resolve('@sparticuz/chromium')).href);
await chromium.executablePath();
