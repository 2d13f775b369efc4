import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Visit } from './driver.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds that is serious or critical within a selector's element, one a line. */
export async function barriers(visit: Visit, within = 'html'): Promise<string[]> {
  await visit.inject(axe);
  return visit.evaluate(async (within) => {
    const { run } = (window as unknown as { axe: typeof import('axe-core') }).axe;
    const { violations } = await run(within, { resultTypes: ['violations'] });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
      );
  }, within);
}
