// Fetches what the test host needs into the cache, if it is not there: node fetch.ts

import { findChromium } from './browser.ts';
import { vsCodeServerFolder } from './cachedTools.ts';

await Promise.all([vsCodeServerFolder(), findChromium()]);
