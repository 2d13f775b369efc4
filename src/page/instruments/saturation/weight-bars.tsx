import type { Incoming } from '../../engine/protocol.js';
import { characterText } from '../../view/character.js';
import { fixed, whole } from '../../view/figures.js';
import { normOf, type Push, rangeOf, strongest, weightGroups } from './incoming.js';

interface WeightBarsProps {
  incoming: Incoming;
  bias: number | undefined;
  vocabulary: readonly string[];
}

const HEIGHT = 100;

/** A bar for each incoming weight; for the first hidden layer by the places of the context, with what its characters add. */
export function WeightBars({ incoming, bias, vocabulary }: WeightBarsProps) {
  const groups = weightGroups(incoming);
  const { weights, pushes } = incoming;
  const reach = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0) || 1;
  const [least, most] = rangeOf(weights);
  return (
    <section class="incoming">
      <h4>Incoming weights</h4>
      <p class="help">
        {whole(weights.length)} from {fixed(least, 3)} to {fixed(most, 3)}, norm {fixed(normOf(weights), 3)}
        {bias === undefined ? ', no bias' : `; bias ${fixed(bias, 3)}`}
      </p>
      <div class="groups" style={{ gridTemplateColumns: `repeat(${groups.length}, minmax(0, 1fr))` }}>
        {groups.map(({ name, weights: some }) => (
          <div key={name} class="group">
            <svg
              viewBox={`0 ${-HEIGHT / 2} ${some.length} ${HEIGHT}`}
              preserveAspectRatio="none"
              role="img"
              aria-label={`Weights of the ${name ?? 'units before'}: ${listed(some)}`}
            >
              <path class="plus" d={barsOf(some, 1, reach)} />
              <path class="minus" d={barsOf(some, -1, reach)} />
              <line x1={0} x2={some.length} y1={0} y2={0} vector-effect="non-scaling-stroke" />
            </svg>
            {name !== undefined && <p class="place">{name}</p>}
          </div>
        ))}
      </div>
      {pushes === undefined ? (
        <p class="help">One for each unit of the layer before, above the line where positive.</p>
      ) : (
        <>
          <p class="help">
            {weights.length / pushes.length} for each character: one a number of its vector. Times the
            vectors, they add up to what a character pushes the unit by:
          </p>
          <div class="scroll">
            <table>
              <thead>
                <tr>
                  <th>place</th>
                  <th>up most</th>
                  <th>down most</th>
                </tr>
              </thead>
              <tbody>
                {groups.map(({ name }, place) => {
                  const { up, down } = strongest(pushes[place], vocabulary);
                  return (
                    <tr key={name}>
                      <th scope="row">{name}</th>
                      <Pushes pushes={up} />
                      <Pushes pushes={down} />
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </div>
        </>
      )}
    </section>
  );
}

/** The bars of one sign in one path, as there may be thousands of them. */
function barsOf(weights: Float32Array, sign: 1 | -1, reach: number): string {
  let path = '';
  weights.forEach((weight, i) => {
    if (weight * sign > 0) path += `M${i + 0.1} 0v${((-weight / reach) * (HEIGHT / 2)).toFixed(2)}h.8V0z`;
  });
  return path;
}

function listed(weights: Float32Array): string {
  if (weights.length <= 40) return Array.from(weights, (weight) => fixed(weight, 2)).join(', ');
  const [least, most] = rangeOf(weights);
  return `${whole(weights.length)} between ${fixed(least, 2)} and ${fixed(most, 2)}`;
}

const Pushes = ({ pushes }: { pushes: readonly Push[] }) => (
  <td class="pairs">
    {pushes.length === 0 && 'none'}
    {pushes.map(({ character, push }) => (
      <span key={character}>
        <b>{characterText(character)}</b> {push > 0 && '+'}
        {fixed(push, 2)}{' '}
      </span>
    ))}
  </td>
);
