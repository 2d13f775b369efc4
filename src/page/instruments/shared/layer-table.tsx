import { LayerName } from '../../view/layer-name.js';
import type { ChosenLayer } from './chosen-layer.js';

interface Row {
  name: string;
  /** Of its line in the chart. */
  layer: number;
  /** What stands behind the name. */
  cells: readonly string[];
}

interface LayerTableProps {
  /** What the table is of, for those who do not see it. */
  label: string;
  /** Of the columns; one with a title is explained by it. */
  heads: readonly (string | { text: string; title: string })[];
  runs: readonly { id: number; label: string | undefined; rows: readonly Row[] }[];
  chosen: ChosenLayer;
}

/** A chart's lines in numbers, one run below the other; a line that is pressed stands out in the chart. */
export const LayerTable = ({ label, heads, runs, chosen }: LayerTableProps) => (
  <section class="tables scroll" aria-label={label}>
    <table>
      <thead>
        <tr>
          {heads.map((head) => {
            const { text, title } = typeof head === 'string' ? { text: head } : head;
            return (
              <th key={text} scope="col" title={title}>
                {text}
              </th>
            );
          })}
        </tr>
      </thead>
      {runs.map((run) => (
        <tbody key={run.id}>
          {run.label !== undefined && (
            <tr class="run">
              <th colSpan={heads.length} scope="rowgroup">
                {run.label}
              </th>
            </tr>
          )}
          {run.rows.map(({ name, layer, cells }) => (
            <tr key={name} class={name === chosen.name.value ? 'chosen' : undefined}>
              <th scope="row">
                <LayerName
                  name={name}
                  layer={layer}
                  pressed={name === chosen.name.value}
                  choose={chosen.choose}
                />
              </th>
              {cells.map((cell, i) => (
                <td key={i}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      ))}
    </table>
  </section>
);
