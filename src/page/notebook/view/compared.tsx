import type { Compared } from '../../../notebook/shown.js';
import { Scrolling } from './scrolling.js';

/** How far a value is from the recorded one, in words. */
function difference({ ours, recorded }: Compared): string {
  const apart = Number(ours) - Number(recorded);
  return Number.isFinite(apart) ? `differs by ${Number(apart.toPrecision(3))}` : 'differs';
}

/** Values beside what PyTorch printed in their place. */
export function ComparedValues({ rows }: { rows: readonly Compared[] }) {
  const recorded = rows.some((row) => row.recorded !== undefined);
  return (
    <Scrolling label="values beside recorded ones">
      <table class="compared">
        <thead>
          <tr>
            <th scope="col">
              <span class="visually-hidden">Value</span>
            </th>
            <th scope="col">here</th>
            {recorded && <th scope="col">PyTorch</th>}
            {recorded && (
              <th scope="col">
                <span class="visually-hidden">Agreement</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={i} class={row.agrees === false ? 'differs' : undefined}>
              <th scope="row">{row.label}</th>
              <td>{row.ours}</td>
              {recorded && <td>{row.recorded ?? ''}</td>}
              {recorded && (
                <td class="mark">
                  {row.agrees === true && (
                    <span class="agrees" role="img" aria-label="agrees">
                      ✓
                    </span>
                  )}
                  {row.agrees === false && difference(row)}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}
