import { afterAll, beforeAll } from 'vitest';
import { type Site, serveSite } from '../../../bench/page/site.mjs';
import { follow } from './actions.js';
import type { TestBrowser, Visit } from './driver.js';

/** A browser at the page's site. */
export interface Guest {
  readonly site: Site;
  readonly browser: TestBrowser;
  /** Opens the page anew: for what depends on there being no earlier run. */
  fresh(hash?: string): Promise<Visit>;
  /** The run of a link from its first step, in the page that is open: opening takes four times as long. */
  start(hash?: string): Promise<Visit>;
}

/** For all tests of the block that it is called in. */
export function useGuest(open: () => Promise<TestBrowser>): Guest {
  let browser: TestBrowser;
  let site: Site;
  let visit: Visit | undefined;
  beforeAll(async () => {
    site = await serveSite();
    browser = await open();
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
  });
  const fresh = async (hash = '') => {
    await visit?.close();
    visit = undefined;
    visit = await browser.visit(`${site.address}${hash}`);
    return visit;
  };
  return {
    get site() {
      return site;
    },
    get browser() {
      return browser;
    },
    fresh,
    async start(hash = '#net=mlp') {
      if (visit === undefined) return fresh(hash);
      await follow(visit, hash);
      return visit;
    },
  };
}
